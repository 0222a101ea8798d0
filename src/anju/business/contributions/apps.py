"""The contributions area as a Django app."""

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    """Label `contributions` (缴存)."""

    name = "anju.business.contributions"
    label = "contributions"
    default_auto_field = "django.db.models.BigAutoField"
