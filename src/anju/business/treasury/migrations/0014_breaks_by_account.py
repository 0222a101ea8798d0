from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('treasury', '0013_bank_accounts'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='break',
            name='one_open_break',
        ),
        migrations.AddField(
            model_name='break',
            name='account',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddConstraint(
            model_name='break',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('kind', 'order_no', 'account'), name='one_open_break'),
        ),
    ]
