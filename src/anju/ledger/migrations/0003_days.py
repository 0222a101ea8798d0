"""The day gate, partitions, and the turn of the interest year."""

from django.db import migrations

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_checks")]
    operations = [sql.run("days")]
