"""Interest settlement in slices."""

from django.db import migrations

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_sealing")]
    operations = [sql.run("settling")]
