"""Placeholder: returns."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("treasury", "0009_receipts")]
    operations: list[migrations.RunPython] = []
