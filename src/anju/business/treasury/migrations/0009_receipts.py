"""Placeholder: receipts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("treasury", "0008_arrivals")]
    operations: list[migrations.RunPython] = []
