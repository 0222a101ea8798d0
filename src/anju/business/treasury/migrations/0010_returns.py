"""What two people do about a finding, and about a payment that came back."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Who resolved and who closed a finding, and the trigger that keeps it."""

    dependencies = [
        ('treasury', '0009_receipts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='break',
            name='category',
            field=models.CharField(blank=True, choices=[('timing', '时间差'), ('bank', '银行原因'), ('ours', '本方记账'), ('payee', '收付款人原因'), ('other', '其他')], default='', max_length=8),
        ),
        migrations.AddField(
            model_name='break',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='break',
            name='resolution',
            field=models.CharField(blank=True, default='', max_length=500),
        ),
        migrations.AddField(
            model_name='break',
            name='resolved_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='break',
            name='resolved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='break',
            name='sent_back',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddConstraint(
            model_name='break',
            constraint=models.CheckConstraint(condition=models.Q(('closed_by__isnull', True), models.Q(('closed_at__isnull', False), ('resolved_by__isnull', False), models.Q(('closed_by', models.F('resolved_by')), _negated=True)), _connector='OR'), name='break_closed_by_two'),
        ),
        migrations.AddConstraint(
            model_name='break',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', True), ('resolved_by__isnull', True)), models.Q(('resolved_at__isnull', False), ('resolved_by__isnull', False), models.Q(('category', ''), _negated=True), models.Q(('resolution', ''), _negated=True)), _connector='OR'), name='break_resolved_in_words'),
        ),
        migrations.CreateModel(
            name='PayAgain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('card_id', models.BigIntegerField()),
                ('reason', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('submitted', 'Submitted'), ('ordered', 'Ordered'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='submitted', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('checker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('last', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pay_agains', to='treasury.paymentorder')),
                ('maker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asked_by', to='treasury.paymentorder')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('checker__isnull', True), models.Q(('checker', models.F('maker')), _negated=True), _connector='OR'), name='pay_again_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('checker__isnull', True), ('order__isnull', True), ('state__in', ('submitted', 'withdrawn'))), models.Q(('checker__isnull', False), ('order__isnull', True), ('state', 'rejected')), models.Q(('checker__isnull', False), ('order__isnull', False), ('state', 'ordered')), _connector='OR'), name='pay_again_state'), models.UniqueConstraint(condition=models.Q(('state__in', ('submitted', 'ordered'))), fields=('last',), name='one_live_pay_again')],
            },
        ),
        *(
            migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
            for name in ("breaks.sql", "returns.sql")
        ),
    ]
