"""SELECT and EXECUTE for the halls, nothing else."""

from django.db import migrations

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_settling")]
    operations = [sql.run("grants")]
