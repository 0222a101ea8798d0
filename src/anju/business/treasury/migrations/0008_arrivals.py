"""Money that arrives, as the bank told it."""

import anju.store.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('treasury', '0007_manual_vouchers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('notice_id', models.CharField(max_length=120, unique=True)),
                ('account', models.CharField(max_length=40)),
                ('serial', models.CharField(max_length=64)),
                ('amount_fen', models.BigIntegerField()),
                ('reversal', models.BooleanField()),
                ('payer_name', anju.store.fields.SealedTextField()),
                ('payer_account', anju.store.fields.SealedTextField()),
                ('remark', anju.store.fields.SealedTextField()),
                ('booked_on', models.DateField()),
                ('occurred_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gt', 0), ('reversal', False)), models.Q(('amount_fen__lt', 0), ('reversal', True)), _connector='OR'), name='arrival_comes_in_or_is_taken_back')],
            },
        ),
    ]
