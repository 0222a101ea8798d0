"""Lists of back payments: kind, reason and months of a list, the month of each line."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


SQL = Path(__file__).parent.parent / "sql" / "back_payments.sql"
# What was confirmed never changes, but lists of before were for one month each and said so once.
FILL = """
    ALTER TABLE contributions_remittance DISABLE TRIGGER moves;
    UPDATE contributions_remittance SET from_month = month;
    ALTER TABLE contributions_remittance ENABLE TRIGGER moves;
    ALTER TABLE contributions_remittanceline DISABLE TRIGGER append_only;
    UPDATE contributions_remittanceline l SET month = r.month
    FROM contributions_remittance r WHERE r.id = l.remittance_id;
    ALTER TABLE contributions_remittanceline ENABLE TRIGGER append_only;
"""


class Migration(migrations.Migration):

    dependencies = [('contributions', '0005_remittances')]

    operations = [
        migrations.RemoveConstraint('remittance', 'one_list_a_month'),
        migrations.RemoveConstraint('remittance', 'list_month_is_a_month'),
        migrations.AddField(
            model_name='remittance',
            name='kind',
            field=models.CharField(choices=[('regular', '汇缴'), ('back', '补缴')], default='regular', max_length=7),
        ),
        migrations.AddField(
            model_name='remittance',
            name='reason',
            field=models.CharField(blank=True, choices=[('arrears', '欠缴补缴'), ('short', '少缴补缴'), ('opening', '开户补缴'), ('arbitration', '仲裁或判决补缴')], default='', max_length=11),
        ),
        migrations.AddField(
            model_name='remittance', name='from_month', field=models.DateField(null=True)
        ),
        migrations.AddField(
            model_name='remittanceline', name='month', field=models.DateField(null=True)
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='remittance', name='from_month', field=models.DateField()
        ),
        migrations.AlterField(
            model_name='remittanceline', name='month', field=models.DateField()
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='remittanceline',
                    name='pk',
                    field=models.CompositePrimaryKey('remittance_id', 'account_id', 'month', blank=True, editable=False, primary_key=True, serialize=False),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('state', 'void'), _negated=True), ('kind', 'regular')), fields=('account', 'month'), name='one_list_a_month'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.CheckConstraint(condition=Q(('from_month__day', 1), ('from_month__lte', F('month')), ('month__day', 1)), name='list_month_is_a_month'),
        ),
        migrations.AddConstraint(
            model_name='remittance',
            constraint=models.CheckConstraint(condition=Q(Q(('from_month', F('month')), ('kind', 'regular'), ('reason', '')), Q(('kind', 'back'), Q(('reason', ''), _negated=True)), _connector='OR'), name='list_of_its_kind'),
        ),
        migrations.AddIndex(
            model_name='remittanceline',
            index=models.Index(fields=['account_id', 'month'], name='months_of_account'),
        ),
    ]
