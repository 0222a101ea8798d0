"""Agreements to have lists' money fetched, kept by sql/collection_agreements.sql."""

from pathlib import Path

import anju.store.fields
import django.db.models.deletion
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "sql" / "collection_agreements.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0015_reversals'),
    ]

    operations = [
        migrations.CreateModel(
            name='CollectionAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('agreement_no', models.CharField(max_length=40)),
                ('payer_account', anju.store.fields.SealedTextField()),
                ('bank_code', models.CharField(max_length=12)),
                ('signed_on', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('approved_on', models.DateField()),
                ('ended_on', models.DateField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.employeraccount')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('account',), name='one_agreement_at_a_time'), models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('signed_on')), _connector='OR'), name='agreement_ends_after_it_begins')],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
