"""The last app to be ready: it wires ports and finds services once every model is loaded."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """Wiring at start, whoever starts Django: web, worker, command line or test."""

    name = "anju.config"
    label = "config"

    def ready(self) -> None:
        """Offer the implementations of all ports and register what discovery finds."""
        from anju.config import discovery, wiring

        wiring.wire()
        discovery.discover()
