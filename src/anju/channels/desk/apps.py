"""The desk as a Django app: templates, static files and a tag, no tables and no address."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages about an employer, mounted by the employer hall and by the counter."""

    name = "anju.channels.desk"
    label = "desk"
    verbose_name = "单位业务"
