"""Freezes as authorities ordered them, kept by sql/freezes.sql."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "freezes.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0016_collection_agreements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Freeze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, max_length=20)),
                ('account_id', models.BigIntegerField()),
                ('book_id', models.BigIntegerField(unique=True)),
                ('authority', models.CharField(max_length=100)),
                ('doc_no', models.CharField(max_length=100)),
                ('amount', models.BigIntegerField(null=True)),
                ('until', models.DateField(null=True)),
                ('state', models.CharField(choices=[('live', '冻结中'), ('lifted', '已解冻'), ('lapsed', '已期满')], default='live', max_length=6)),
                ('made_at', models.DateTimeField()),
                ('lifted_by', models.CharField(blank=True, max_length=20)),
                ('lifted_doc_no', models.CharField(blank=True, max_length=100)),
                ('ended_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'live')), fields=['account_id'], name='freeze_live')],
                'constraints': [models.UniqueConstraint(fields=('account_id', 'authority', 'doc_no'), name='freeze_of_one_paper'), models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='freeze_of_one_case'), models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gt', 0), _connector='OR'), name='freeze_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('lifted_by', ''), ('lifted_doc_no', ''), ('state', 'live')), models.Q(('ended_at__isnull', False), ('state', 'lifted'), models.Q(('lifted_doc_no', ''), _negated=True)), models.Q(('ended_at__isnull', False), ('state', 'lapsed'), ('until__isnull', False), ('lifted_by', ''), ('lifted_doc_no', '')), _connector='OR'), name='freeze_in_one_state')],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
