"""Holds, orders, settling, releasing, reinstating, and one account's own year."""

from django.db import migrations

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_accounts")]
    operations = [sql.run("holds", "terms", "reinstating")]
