"""The treasury area as a Django app."""

from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    """Label `treasury` (资金与核算)."""

    name = "anju.business.treasury"
    label = "treasury"
    default_auto_field = "django.db.models.BigAutoField"
