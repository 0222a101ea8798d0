"""The counter as a Django app: templates, static files and addresses, no tables."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """Back office of the centre's staff."""

    name = "anju.channels.counter"
    label = "counter"
    verbose_name = "柜面大厅"
