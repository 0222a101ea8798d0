"""The treasury area as a Django app."""

from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    """Label `treasury` (资金与核算)."""

    name = "anju.business.treasury"
    label = "treasury"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what the treasury itself expects to come in; other areas do so in theirs."""
        from anju.business.treasury import receipt_sources

        receipt_sources.register()
