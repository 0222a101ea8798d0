"""Vouchers that an accountant writes and another reviews; what holds them is in sql/."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "manual_vouchers.sql"


class Migration(migrations.Migration):
    """Two tables, and triggers that keep what was submitted."""

    dependencies = [
        ("treasury", "0006_bank_lines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name='ManualVoucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('request_key', models.CharField(max_length=40, unique=True)),
                ('state', models.CharField(choices=[('submitted', 'Submitted'), ('posted', 'Posted'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='submitted', max_length=10)),
                ('summary', models.CharField(max_length=100)),
                ('attachments', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('voucher_id', models.BigIntegerField(null=True, unique=True)),
                ('checker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('maker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ManualLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_no', models.PositiveSmallIntegerField()),
                ('subject', models.CharField(max_length=19)),
                ('counterparty', models.CharField(blank=True, default='', max_length=80)),
                ('amount_fen', models.BigIntegerField()),
                ('voucher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='treasury.manualvoucher')),
            ],
        ),
        migrations.AddIndex(
            model_name='manualvoucher',
            index=models.Index(fields=['state', '-id'], name='manual_vouchers_by_state'),
        ),
        migrations.AddConstraint(
            model_name='manualvoucher',
            constraint=models.CheckConstraint(condition=models.Q(('checker__isnull', True), models.Q(('checker', models.F('maker')), _negated=True), _connector='OR'), name='manual_voucher_two_people'),
        ),
        migrations.AddConstraint(
            model_name='manualvoucher',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checker__isnull', False), ('state', 'posted'), ('voucher_id__isnull', False)), models.Q(('checker__isnull', False), ('state', 'rejected'), ('voucher_id__isnull', True)), models.Q(('checker__isnull', True), ('state__in', ('submitted', 'withdrawn')), ('voucher_id__isnull', True)), _connector='OR'), name='manual_voucher_state'),
        ),
        migrations.AddConstraint(
            model_name='manualline',
            constraint=models.UniqueConstraint(fields=('voucher', 'line_no'), name='manual_line_no'),
        ),
        migrations.AddConstraint(
            model_name='manualline',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen', 0), _negated=True), name='manual_line_amount'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
