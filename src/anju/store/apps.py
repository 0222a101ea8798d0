"""The ground without business: keys, sealed fields, audit rows, outbox, inbox, limits."""

import os

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Django app `store`."""

    name = "anju.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "底座"

    def ready(self) -> None:
        """Production does not start without its keys: better now than at the first person."""
        if os.environ.get("ANJU_PROFILE") == "production":
            from anju.store import keyring

            keyring.current()
