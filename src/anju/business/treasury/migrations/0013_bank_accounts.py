"""The centre's own accounts at banks: what the ledger's numbers of them mean."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "bank_accounts.sql"


class Migration(migrations.Migration):
    dependencies = [("treasury", "0012_reinstating")]
    operations = [
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('ledger_id', models.IntegerField(primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=40, unique=True)),
                ('bank_code', models.CharField(max_length=12)),
                ('bank_name', models.CharField(max_length=60)),
                ('kept_at', models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
