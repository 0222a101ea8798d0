"""The contributions area as a Django app."""

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    """Label `contributions` (缴存)."""

    name = "anju.business.contributions"
    label = "contributions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what employers are expected to pay in."""
        from anju.business.contributions import remittance_sources

        remittance_sources.register()
