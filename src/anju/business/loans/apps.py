"""The loans area as a Django app."""

from django.apps import AppConfig


class LoansConfig(AppConfig):
    """Label `loans` (贷款)."""

    name = "anju.business.loans"
    label = "loans"
    default_auto_field = "django.db.models.BigAutoField"
