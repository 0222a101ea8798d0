"""A case may end with its money on the account again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_guards")]
    operations = [
        migrations.AlterField(
            model_name='case',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in_review'), ('returned', 'returned'), ('paying', 'paying'), ('completed', 'completed'), ('rejected', 'rejected'), ('failed', 'failed'), ('cancelled', 'cancelled'), ('payment_returned', 'payment_returned'), ('reinstated', 'reinstated')], max_length=20),
        ),
    ]
