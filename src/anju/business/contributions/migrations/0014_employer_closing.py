"""An employer's account closes for a reason, one that was never used as well (sql/closing.sql)."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "closing.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0013_lowerings'),
        ('parties', '0004_employer_closing'),
    ]

    operations = [
        migrations.AddField(
            model_name='employeraccount',
            name='closing_reason',
            field=models.CharField(blank=True, default='', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='employeraccount',
            constraint=models.CheckConstraint(condition=models.Q(('closing_reason', ''), ('state', 'closed'), _connector='OR'), name='account_reason_of_a_closing'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
