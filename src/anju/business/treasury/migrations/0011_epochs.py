"""Epochs: the lives of the database, and what a restore has lost."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "epochs.sql"
# The centre's database begins its first life on the server that makes it.
FIRST = """
    INSERT INTO treasury_epoch (number, system_identifier, timeline, state)
    SELECT 1, (pg_control_system()).system_identifier::text,
           left(pg_walfile_name(pg_current_wal_lsn()), 8), 'open'
"""


class Migration(migrations.Migration):
    dependencies = [("treasury", "0010_returns")]
    operations = [
        migrations.CreateModel(
            name='Epoch',
            fields=[
                ('number', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('system_identifier', models.CharField(max_length=20)),
                ('timeline', models.CharField(max_length=8)),
                ('state', models.CharField(choices=[('checking', '核对中'), ('open', '可付款')], max_length=8)),
                ('began_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='LostPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_no', models.CharField(max_length=32, unique=True)),
                ('serial', models.CharField(max_length=64)),
                ('booked_on', models.DateField()),
                ('amount_fen', models.BigIntegerField()),
                ('payee_mac', models.CharField(max_length=160)),
                ('found_at', models.DateTimeField()),
                ('let_go_at', models.DateTimeField(null=True)),
                ('let_go_because', models.CharField(blank=True, default='', max_length=200)),
                ('answers', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paid_before_restore', to='treasury.paymentorder')),
                ('epoch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lost', to='treasury.epoch')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('answers__isnull', True), ('let_go_at__isnull', True)), fields=['booked_on'], name='lost_payments_waiting')],
            },
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
