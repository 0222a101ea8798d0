"""What banks say of their accounts: lines, balances, arrivals."""

from django.db import migrations


class Migration(migrations.Migration):
    """Filled with reconciliation."""

    dependencies = [("treasury", "0005_interest_run")]
    operations = []
