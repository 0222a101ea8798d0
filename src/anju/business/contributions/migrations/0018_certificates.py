"""Certificates as they were issued, kept by sql/certificates.sql."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "certificates.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0017_freezes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('code_digest', models.BinaryField(max_length=32)),
                ('name', models.CharField(max_length=100)),
                ('uscc', models.CharField(max_length=18)),
                ('paid_through', models.DateField()),
                ('people', models.PositiveIntegerField()),
                ('on', models.DateField()),
                ('at', models.DateTimeField()),
                ('issued_by', models.CharField(max_length=30)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributions.employeraccount')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('paid_through__day', 1)), name='certificate_month_is_a_month')],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
