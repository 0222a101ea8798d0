"""post(), the posting keys, and batches."""

from django.db import migrations

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_days")]
    operations = [sql.run("lines", "posting", "batches", "slices")]
