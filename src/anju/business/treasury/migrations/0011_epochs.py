"""Placeholder: epochs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("treasury", "0010_returns")]
    operations: list[migrations.RunPython] = []
