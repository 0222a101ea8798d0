"""Base adjustments with their lines, and ratio changes."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "sql" / "adjustments.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0008_dunning'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BaseAdjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('effective_month', models.DateField()),
                ('state', models.CharField(choices=[('draft', '填写中'), ('done', '已调整'), ('discarded', '已放弃')], default='draft', max_length=9)),
                ('file_problems', models.JSONField(default=list)),
                ('begun_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.employeraccount')),
                ('back_list', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.remittance')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='BaseAdjustmentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.BigIntegerField()),
                ('old_base_fen', models.BigIntegerField()),
                ('new_base_fen', models.BigIntegerField(null=True)),
                ('base_fen', models.BigIntegerField(null=True)),
                ('member_fen', models.BigIntegerField(null=True)),
                ('employer_fen', models.BigIntegerField(null=True)),
                ('problem', models.CharField(blank=True, default='', max_length=80)),
                ('note', models.CharField(blank=True, default='', max_length=80)),
                ('is_applied', models.BooleanField(default=False)),
                ('adjustment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='contributions.baseadjustment')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.enrolment')),
            ],
        ),
        migrations.CreateModel(
            name='RatioChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('effective_month', models.DateField()),
                ('old_member_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('old_employer_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('member_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('employer_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('headcount', models.PositiveIntegerField()),
                ('before_fen', models.BigIntegerField()),
                ('after_fen', models.BigIntegerField()),
                ('confirmed_at', models.DateTimeField()),
                ('request_key', models.CharField(max_length=32, unique=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.employeraccount')),
                ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='baseadjustment',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('account',), name='one_adjustment_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='baseadjustment',
            constraint=models.CheckConstraint(condition=models.Q(('effective_month__day', 1)), name='adjusted_from_a_month'),
        ),
        migrations.AddConstraint(
            model_name='baseadjustment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('back_list', None), ('ended_at', None), ('ended_by', None), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='adjustment_in_one_state'),
        ),
        migrations.AddIndex(
            model_name='baseadjustmentline',
            index=models.Index(fields=['account_id'], name='adjustments_of_account'),
        ),
        migrations.AddConstraint(
            model_name='baseadjustmentline',
            constraint=models.UniqueConstraint(fields=('adjustment', 'enrolment'), name='adjusted_once_in_a_draft'),
        ),
        migrations.AddConstraint(
            model_name='baseadjustmentline',
            constraint=models.CheckConstraint(condition=models.Q(('is_applied', False), models.Q(('base_fen__gt', 0), ('employer_fen__gte', 0), ('member_fen__gte', 0), ('problem', '')), _connector='OR'), name='applied_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='ratiochange',
            constraint=models.CheckConstraint(condition=models.Q(('effective_month__day', 1)), name='ratio_from_a_month'),
        ),
        migrations.AddConstraint(
            model_name='ratiochange',
            constraint=models.CheckConstraint(condition=models.Q(('employer_ratio', models.F('old_employer_ratio')), ('member_ratio', models.F('old_member_ratio')), _negated=True), name='ratio_changes_something'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
