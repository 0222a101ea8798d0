"""The account under which an employer pays, and its guards from sql/guards.sql."""

from pathlib import Path

import anju.store.fields
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "guards.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0002_amounts_from'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EmployerAccount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('opened', '开户'), ('normal', '正常'), ('deferred', '缓缴'), ('sealed', '封存'), ('closed', '销户')], max_length=8)),
                ('member_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('employer_ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('payday', models.PositiveSmallIntegerField()),
                ('first_month', models.DateField()),
                ('paid_through', models.DateField(null=True)),
                ('bank_code', models.CharField(max_length=12)),
                ('bank_branch_code', models.CharField(max_length=12)),
                ('affiliation', models.CharField(blank=True, max_length=2)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('founded_on', models.DateField(null=True)),
                ('legal_representative', anju.store.fields.SealedTextField(null=True)),
                ('division', models.CharField(blank=True, max_length=6)),
                ('contact_name', anju.store.fields.SealedTextField(null=True)),
                ('contact_phone', anju.store.fields.SealedTextField(null=True)),
                ('declared_headcount', models.PositiveIntegerField(default=0)),
                ('declared_wages_fen', models.BigIntegerField(default=0)),
                ('opened_on', models.DateField()),
                ('opened_at', models.DateTimeField()),
                ('opening_key', models.CharField(max_length=32, unique=True)),
                ('closed_on', models.DateField(null=True)),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.employer')),
            ],
            options={
                'indexes': [models.Index(fields=['address'], name='accounts_at_address')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('employer',), name='one_live_account'), models.CheckConstraint(condition=models.Q(('state__in', ['opened', 'normal', 'deferred', 'sealed', 'closed'])), name='account_state_is_known'), models.CheckConstraint(condition=models.Q(('employer_ratio__range', ('0.05', '0.12')), ('member_ratio__range', ('0.05', '0.12'))), name='account_ratios_are_lawful'), models.CheckConstraint(condition=models.Q(('payday__range', (1, 31))), name='account_payday_is_a_day'), models.CheckConstraint(condition=models.Q(('first_month__day', 1), models.Q(('paid_through__isnull', True), models.Q(('paid_through__day', 1), ('paid_through__gte', models.F('first_month'))), _connector='OR')), name='account_months_are_months'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'opened'), _negated=True), ('paid_through__isnull', True), _connector='OR'), name='account_opened_has_paid_nothing'), models.CheckConstraint(condition=models.Q(models.Q(('closed_on__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_on__isnull', True)), _connector='OR'), name='account_closed_has_a_day'), models.CheckConstraint(condition=models.Q(('declared_wages_fen__gte', 0)), name='account_wages_not_negative')],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
