"""The people and employers of a centre, and how they prove who they are."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Django app `parties`."""

    name = "anju.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "人员与单位"
