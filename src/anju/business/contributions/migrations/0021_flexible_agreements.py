"""People without an employer pay for themselves, kept by sql/flexible_agreements.sql."""

from pathlib import Path

import anju.store.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "flexible_agreements.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0020_corrections_stay'),
        ('parties', '0005_former_identities'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FlexibleAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('account_id', models.BigIntegerField()),
                ('base_fen', models.BigIntegerField()),
                ('ratio', models.DecimalField(decimal_places=4, max_digits=5)),
                ('plan', models.CharField(choices=[('monthly', '按月缴存'), ('yearly', '按年缴存'), ('once', '一次性缴存')], max_length=7)),
                ('months', models.PositiveSmallIntegerField(default=0)),
                ('first_month', models.DateField()),
                ('debit_day', models.PositiveSmallIntegerField()),
                ('bank_code', models.CharField(max_length=12)),
                ('agreement_no', models.CharField(max_length=40)),
                ('payer_account', anju.store.fields.SealedTextField()),
                ('state', models.CharField(choices=[('live', '缴存中'), ('halted', '扣款已暂停'), ('ended', '已终止')], default='live', max_length=6)),
                ('approved_on', models.DateField()),
                ('paid_through', models.DateField(null=True)),
                ('next_on', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='remittance',
            name='one_list_at_a_time',
        ),
        migrations.RemoveConstraint(
            model_name='remittance',
            name='list_of_its_kind',
        ),
        migrations.AddField(
            model_name='employeraccount',
            name='is_own',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='remittance',
            name='kind',
            field=models.CharField(choices=[('regular', '汇缴'), ('back', '补缴'), ('flexible', '灵活就业缴存')], default='regular', max_length=8),
        ),
        migrations.AddField(
            model_name='flexibleagreement',
            name='approved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='flexibleagreement',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person'),
        ),
        migrations.AddField(
            model_name='remittance',
            name='agreement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.flexibleagreement'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.UniqueConstraint(condition=models.Q(('agreement', None), ('state__in', ('confirmed', 'allocating'))), fields=('account',), name='one_list_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('confirmed', 'allocating'))), fields=('agreement',), name='one_list_of_an_agreement'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreement', None), ('from_month', models.F('month')), ('kind', 'regular'), ('reason', '')), models.Q(('agreement', None), ('kind', 'back'), models.Q(('reason', ''), _negated=True)), models.Q(('agreement__isnull', False), ('headcount', 1), ('kind', 'flexible'), ('reason', '')), _connector='OR'), name='list_of_its_kind'),
        ),
        migrations.AddIndex(
            model_name='flexibleagreement',
            index=models.Index(condition=models.Q(('state', 'live')), fields=['next_on'], name='flexible_due'),
        ),
        migrations.AddConstraint(
            model_name='flexibleagreement',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('person',), name='one_flexible_agreement'),
        ),
        migrations.AddConstraint(
            model_name='flexibleagreement',
            constraint=models.CheckConstraint(condition=models.Q(('base_fen__gt', 0), ('first_month__day', 1), ('ratio__gt', 0), ('ratio__lt', 1), ('debit_day__range', (1, 28)), models.Q(('paid_through', None), ('paid_through__day', 1), _connector='OR')), name='flexible_terms_are_terms'),
        ),
        migrations.AddConstraint(
            model_name='flexibleagreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('months__gt', 0), ('plan', 'once')), models.Q(models.Q(('plan', 'once'), _negated=True), ('months', 0)), _connector='OR'), name='flexible_plan_has_months'),
        ),
        migrations.AddConstraint(
            model_name='flexibleagreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on', None), ('state', 'live')), models.Q(('ended_on', None), ('next_on', None), ('state', 'halted')), models.Q(('ended_on__isnull', False), ('next_on', None), ('state', 'ended')), _connector='OR'), name='flexible_in_one_state'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    ]
