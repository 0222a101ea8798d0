"""The ledger as a Django app: its tables are made by SQL files that migrations run."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Django app `ledger`."""

    name = "anju.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "账务"
