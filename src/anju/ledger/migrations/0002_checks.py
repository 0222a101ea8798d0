"""What the database holds, whoever writes."""

from django.db import migrations

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]
    operations = [sql.run("checks")]
