"""The citizen hall: one set of pages for the phone and the web."""

from django.apps import AppConfig


class CitizenConfig(AppConfig):
    """Pages of the citizen hall; draws what facts say and hands acts to actions."""

    name = "anju.channels.citizen"
    label = "citizen"
