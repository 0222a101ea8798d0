"""The shared page kinds and components of all halls."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Templates, styles and scripts every hall draws with; holds no data."""

    name = "anju.channels.pages"
    label = "pages"
