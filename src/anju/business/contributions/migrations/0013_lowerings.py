"""Lower ratios as they were approved, kept by sql/lowerings.sql."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "lowerings.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0012_deferrals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Lowering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('from_month', models.DateField()),
                ('to_month', models.DateField()),
                ('old_member_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('old_employer_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('member_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('employer_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('state', models.CharField(choices=[('running', '执行中'), ('ended', '已结束')], default='running', max_length=7)),
                ('is_restored', models.BooleanField(default=False)),
                ('approved_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lowerings', to='contributions.employeraccount')),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='ratiochange',
            name='lowering',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.lowering'),
        ),
        migrations.AddConstraint(
            model_name='lowering',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('account',), name='one_lowering_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='lowering',
            constraint=models.CheckConstraint(condition=models.Q(('from_month__day', 1), ('from_month__lte', models.F('to_month')), ('to_month__day', 1)), name='lowering_months_in_order'),
        ),
        migrations.AddConstraint(
            model_name='lowering',
            constraint=models.CheckConstraint(condition=models.Q(('employer_ratio__lte', models.F('old_employer_ratio')), ('member_ratio__lte', models.F('old_member_ratio')), models.Q(('member_ratio__lt', models.F('old_member_ratio')), ('employer_ratio__lt', models.F('old_employer_ratio')), _connector='OR')), name='lowering_lowers'),
        ),
        migrations.AddConstraint(
            model_name='lowering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('is_restored', False), ('state', 'running')), models.Q(('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='lowering_in_one_state'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
