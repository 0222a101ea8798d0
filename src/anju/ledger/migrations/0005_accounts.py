"""Opening, sealing, freezing, locking, reading; many at once."""

from django.db import migrations

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_posting")]
    operations = [sql.run("accounts", "moves")]
