"""That employers were reminded, kept by sql/dunning.sql."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "sql" / "dunning.sql"

class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0007_enrolment_events'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dunning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('months', models.PositiveSmallIntegerField()),
                ('owed_fen', models.BigIntegerField()),
                ('told', models.PositiveSmallIntegerField()),
                ('on', models.DateField()),
                ('at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dunnings', to='contributions.employeraccount')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('by', None)), fields=('account', 'month'), name='dunned_by_itself_once'), models.UniqueConstraint(fields=('account', 'on'), name='dunned_once_a_day'), models.CheckConstraint(condition=models.Q(('month__day', 1), ('months__gt', 0), ('owed_fen__gt', 0)), name='dunned_of_something')],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
