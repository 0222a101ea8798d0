"""What two people do about a finding."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "breaks.sql"


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
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
