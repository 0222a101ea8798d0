"""What happened to enrolments, kept by sql/people.sql."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "sql" / "people.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0006_back_payments'),
        ('parties', '0003_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='EnrolmentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('sealed', '封存'), ('unsealed', '启封'), ('moved_out', '转出'), ('moved_in', '转入')], max_length=9)),
                ('month', models.DateField(null=True)),
                ('on', models.DateField()),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('by', models.CharField(max_length=30)),
                ('at', models.DateTimeField()),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.employer')),
            ],
            options={
                'indexes': [models.Index(fields=['account_id', 'employer', '-id'], name='events_of_enrolment')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('month__isnull', True), ('month__day', 1), _connector='OR'), name='event_month_is_a_month'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'sealed'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='event_seal_has_a_reason'),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
