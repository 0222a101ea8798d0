"""The withdrawals area as a Django app."""

from django.apps import AppConfig


class WithdrawalsConfig(AppConfig):
    """Label `withdrawals` (提取)."""

    name = "anju.business.withdrawals"
    label = "withdrawals"
    default_auto_field = "django.db.models.BigAutoField"
