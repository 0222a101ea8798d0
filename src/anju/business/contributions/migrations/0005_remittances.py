"""Lists of a month, and their guards from sql/remittances.sql."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "sql" / "remittances.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0004_rosters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Remittance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('month', models.DateField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('confirmed', '待缴款'), ('allocating', '入账中'), ('done', '已入账'), ('void', '已作废')], default='confirmed', max_length=10)),
                ('headcount', models.PositiveIntegerField()),
                ('member_fen', models.BigIntegerField()),
                ('employer_fen', models.BigIntegerField()),
                ('total_fen', models.BigIntegerField()),
                ('receiving_account', models.CharField(max_length=40)),
                ('policy_version', models.CharField(max_length=64)),
                ('request_key', models.CharField(max_length=32, unique=True)),
                ('confirmed_at', models.DateTimeField()),
                ('batch_id', models.BigIntegerField(null=True, unique=True)),
                ('allocated_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.employeraccount')),
                ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('voided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RemittanceLine',
            fields=[
                ('pk', models.CompositePrimaryKey('remittance_id', 'account_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('base_fen', models.BigIntegerField()),
                ('member_fen', models.BigIntegerField()),
                ('employer_fen', models.BigIntegerField()),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.enrolment')),
                ('remittance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='contributions.remittance')),
            ],
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'void'), _negated=True), fields=('account', 'month'), name='one_list_a_month'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('confirmed', 'allocating'))), fields=('account',), name='one_list_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='list_month_is_a_month'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.CheckConstraint(condition=models.Q(('employer_fen__gte', 0), ('headcount__gt', 0), ('member_fen__gte', 0), ('total_fen', django.db.models.expressions.CombinedExpression(models.F('member_fen'), '+', models.F('employer_fen'))), ('total_fen__gt', 0)), name='list_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('allocated_on', None), ('ended_at', None), ('state', 'confirmed'), ('voided_by', None)), models.Q(('allocated_on', None), ('batch_id__isnull', False), ('ended_at', None), ('state', 'allocating'), ('voided_by', None)), models.Q(('allocated_on__isnull', False), ('batch_id__isnull', False), ('ended_at__isnull', False), ('state', 'done'), ('voided_by', None)), models.Q(('allocated_on', None), ('ended_at__isnull', False), ('state', 'void'), ('voided_by__isnull', False)), _connector='OR'), name='list_in_one_state'),
        ),
        migrations.AddConstraint(
            model_name='remittanceline',
            constraint=models.CheckConstraint(condition=models.Q(('base_fen__gte', 0), ('employer_fen__gte', 0), ('member_fen__gte', 0), models.Q(('member_fen__gt', 0), ('employer_fen__gt', 0), _connector='OR')), name='line_pays_something'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
