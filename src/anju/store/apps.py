"""The ground without business: keys, sealed fields, audit rows, outbox, inbox, limits."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Django app `store`."""

    name = "anju.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "底座"
