"""Months that an employer may pay later, kept by sql/deferrals.sql."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "deferrals.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0011_moves'),
        ('parties', '0003_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Deferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('from_month', models.DateField()),
                ('to_month', models.DateField()),
                ('last_month', models.DateField(null=True)),
                ('state', models.CharField(choices=[('approved', '已批准'), ('running', '缓缴中'), ('ended', '已结束')], default='approved', max_length=8)),
                ('approved_at', models.DateTimeField()),
                ('resumed_by', models.CharField(blank=True, max_length=20)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='employeraccount',
            name='skipped_through',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='remittance',
            name='reason',
            field=models.CharField(blank=True, choices=[('arrears', '欠缴补缴'), ('short', '少缴补缴'), ('opening', '开户补缴'), ('arbitration', '仲裁或判决补缴'), ('deferred', '缓缴补缴')], default='', max_length=11),
        ),
        migrations.AddConstraint(
            model_name='employeraccount',
            constraint=models.CheckConstraint(condition=models.Q(('skipped_through__isnull', True), models.Q(('skipped_through__day', 1), ('skipped_through__gte', models.F('first_month'))), _connector='OR'), name='account_skips_months'),
        ),
        migrations.AddField(
            model_name='deferral',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deferrals', to='contributions.employeraccount'),
        ),
        migrations.AddField(
            model_name='deferral',
            name='approved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='deferral',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('account',), name='one_deferral_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='deferral',
            constraint=models.CheckConstraint(condition=models.Q(('from_month__day', 1), ('from_month__lte', models.F('to_month')), ('to_month__day', 1)), name='deferral_months_in_order'),
        ),
        migrations.AddConstraint(
            model_name='deferral',
            constraint=models.CheckConstraint(condition=models.Q(('last_month', models.F('to_month')), models.Q(models.Q(('last_month', None), models.Q(('last_month__day', 1), ('last_month__gte', models.F('from_month'))), _connector='OR'), models.Q(('last_month', None), ('last_month__lt', models.F('to_month')), _connector='OR'), models.Q(('resumed_by', ''), _negated=True)), _connector='OR'), name='deferral_cut_short_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='deferral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['approved', 'running']), ('last_month__isnull', False)), models.Q(('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='deferral_in_one_state'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
