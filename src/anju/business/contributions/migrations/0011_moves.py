"""People on the way between employers, kept by sql/moves.sql."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "sql" / "moves.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0010_corrections'),
        ('parties', '0003_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('account_id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('offered', '待接收'), ('taken', '已转入'), ('declined', '已退回'), ('withdrawn', '已撤回')], default='offered', max_length=9)),
                ('offered_by', models.CharField(max_length=30)),
                ('offered_at', models.DateTimeField()),
                ('ended_by', models.CharField(blank=True, max_length=30)),
                ('ended_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.employer')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.employer')),
            ],
            options={
                'indexes': [models.Index(fields=['source', '-id'], name='moves_from'), models.Index(fields=['target', '-id'], name='moves_to')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'offered')), fields=('account_id',), name='one_move_at_a_time'), models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='move_goes_elsewhere'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', ''), ('state', 'offered')), models.Q(models.Q(('state', 'offered'), _negated=True), ('ended_at__isnull', False), models.Q(('ended_by', ''), _negated=True)), _connector='OR'), name='move_ended_by_somebody')],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
