"""What became of each arrival, and what two people do with money that waits."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "receipts.sql"


class Migration(migrations.Migration):
    """Two tables, orders without a case, and the triggers that keep them."""

    dependencies = [
        ('parties', '0001_initial'),
        ('treasury', '0008_arrivals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('matched', 'Matched'), ('suspense', 'Suspense'), ('reversed', 'Reversed')], max_length=8)),
                ('kind', models.CharField(blank=True, default='', max_length=20)),
                ('number', models.CharField(blank=True, default='', max_length=40)),
                ('claims', models.CharField(blank=True, default='', max_length=64)),
                ('order_no', models.CharField(blank=True, default='', max_length=32)),
                ('voucher_id', models.BigIntegerField(null=True)),
                ('settled_voucher_id', models.BigIntegerField(null=True)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ReceiptProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('request_key', models.CharField(max_length=40, unique=True)),
                ('deed', models.CharField(choices=[('allocate', 'Allocate'), ('refund', 'Refund')], max_length=8)),
                ('kind', models.CharField(blank=True, default='', max_length=20)),
                ('number', models.CharField(blank=True, default='', max_length=40)),
                ('title', models.CharField(max_length=160)),
                ('bank_code', models.CharField(blank=True, default='', max_length=12)),
                ('reason', models.CharField(max_length=200)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('state', models.CharField(choices=[('submitted', 'Submitted'), ('paying', 'Paying'), ('done', 'Done'), ('failed', 'Failed'), ('returned', 'Returned'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='submitted', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AlterField(
            model_name='paymentorder',
            name='case_reference',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AlterField(
            model_name='paymentorder',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('status', 'returned')), fields=['order'], name='payments_that_came_back'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='arrival',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='treasury.arrival'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='reverses',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='treasury.receipt'),
        ),
        migrations.AddField(
            model_name='receiptproposal',
            name='checker',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='receiptproposal',
            name='maker',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='receiptproposal',
            name='order',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund', to='treasury.paymentorder'),
        ),
        migrations.AddField(
            model_name='receiptproposal',
            name='receipt',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='treasury.receipt'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['state', '-id'], name='receipts_by_state'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claims', ''), ('kind', ''), ('reverses__isnull', True), ('settled_voucher_id__isnull', True), ('state', 'suspense'), ('voucher_id__isnull', False)), models.Q(('reverses__isnull', True), ('state', 'matched'), ('voucher_id__isnull', False), models.Q(('kind', ''), _negated=True)), models.Q(('claims', ''), ('state', 'reversed')), _connector='OR'), name='receipt_in_one_state'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(condition=models.Q(('claims', ''), _negated=True), fields=('claims',), name='expected_met_once'),
        ),
        migrations.AddConstraint(
            model_name='receiptproposal',
            constraint=models.CheckConstraint(condition=models.Q(('checker__isnull', True), models.Q(('checker', models.F('maker')), _negated=True), _connector='OR'), name='receipt_proposal_two_people'),
        ),
        migrations.AddConstraint(
            model_name='receiptproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checker__isnull', True), ('order__isnull', True), ('state__in', ('submitted', 'withdrawn'))), models.Q(('checker__isnull', False), ('order__isnull', True), ('state', 'rejected')), models.Q(('checker__isnull', False), ('deed', 'allocate'), ('order__isnull', True), ('state', 'done')), models.Q(('checker__isnull', False), ('deed', 'refund'), ('order__isnull', False), ('state__in', ('paying', 'done', 'failed', 'returned'))), _connector='OR'), name='receipt_proposal_state'),
        ),
        migrations.AddConstraint(
            model_name='receiptproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('submitted', 'paying'))), fields=('receipt',), name='one_live_receipt_proposal'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
