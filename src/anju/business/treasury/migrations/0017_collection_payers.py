"""Whose account is charged: an employer's or a person's."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('treasury', '0016_collections'),
    ]

    operations = [
        migrations.AddField(
            model_name='collectionorder',
            name='payer_class',
            field=models.CharField(default='company', max_length=7),
        ),
    ]
