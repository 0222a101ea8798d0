"""Lists that were taken back, kept by sql/reversals.sql."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "sql" / "reversals.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0014_employer_closing'),
    ]

    operations = [
        migrations.AddField(
            model_name='remittance',
            name='paid_before',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='remittanceline',
            name='paid_before',
            field=models.DateField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name='remittance',
            name='one_list_a_month',
        ),
        migrations.RemoveConstraint(
            model_name='remittance',
            name='list_in_one_state',
        ),
        migrations.AlterField(
            model_name='remittance',
            name='state',
            field=models.CharField(choices=[('confirmed', '待缴款'), ('allocating', '入账中'), ('done', '已入账'), ('reversed', '已冲正'), ('void', '已作废')], default='confirmed', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('state__in', ('void', 'reversed')), _negated=True), ('kind', 'regular')), fields=('account', 'month'), name='one_list_a_month'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('allocated_on', None), ('ended_at', None), ('state', 'confirmed'), ('voided_by', None)), models.Q(('allocated_on', None), ('batch_id__isnull', False), ('ended_at', None), ('state', 'allocating'), ('voided_by', None)), models.Q(('allocated_on__isnull', False), ('batch_id__isnull', False), ('ended_at__isnull', False), ('state__in', ('done', 'reversed')), ('voided_by', None)), models.Q(('allocated_on', None), ('ended_at__isnull', False), ('state', 'void'), ('voided_by__isnull', False)), _connector='OR'), name='list_in_one_state'),
        ),
        migrations.CreateModel(
            name='Reversal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('reason', models.CharField(max_length=20)),
                ('voucher_id', models.BigIntegerField(unique=True)),
                ('reversed_on', models.DateField()),
                ('remittance', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='contributions.remittance')),
            ],
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
