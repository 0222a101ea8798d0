"""Lines of a list are found by their key alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0018_certificates'),
    ]

    operations = [
        migrations.AlterField(
            model_name='remittanceline',
            name='remittance',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='contributions.remittance'),
        ),
        migrations.AlterField(
            model_name='baseadjustmentline',
            name='adjustment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='contributions.baseadjustment'),
        ),
    ]
