"""Sealed days: leaves, roots, numbers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_holds")]
    operations = []
