"""What employers get back of their unallocated money, kept by sql/employer_refunds.sql."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "sql" / "employer_refunds.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0003_guards'),
        ('treasury', '0014_breaks_by_account'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmployerRefund',
            fields=[
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='employer_refund', serialize=False, to='treasury.paymentorder')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('paying', 'Paying'), ('done', 'Done'), ('failed', 'Failed'), ('returned', 'Returned')], default='paying', max_length=8)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.employer')),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='employer_refunds', to='treasury.receipt')),
            ],
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
