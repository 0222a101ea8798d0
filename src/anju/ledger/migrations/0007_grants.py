"""SELECT and EXECUTE for the halls, nothing else."""

from django.db import migrations

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_holds")]
    operations = [sql.run("grants")]
