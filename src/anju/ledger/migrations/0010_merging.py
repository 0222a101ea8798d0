"""Two accounts of one person become one."""

from django.db import migrations, models

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_grants")]
    operations = [
        sql.run("merging", "grants"),
        migrations.CreateModel(
            name='AccountMerge',
            fields=[
                ('source', models.BigIntegerField(primary_key=True, serialize=False)),
                ('target', models.BigIntegerField()),
                ('merged_on', models.DateField()),
                ('voucher_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'ledger_account_merge',
                'abstract': False,
                'managed': False,
            },
        ),
    ]
