"""The employer hall as a Django app: templates, static files and addresses, no tables."""

from django.apps import AppConfig


class EmployerConfig(AppConfig):
    """Pages for employers' agents; draws what facts say and hands acts to actions."""

    name = "anju.channels.employer"
    label = "employer"
    verbose_name = "单位网厅"
