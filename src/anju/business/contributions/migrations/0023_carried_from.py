"""From which month on another system booked without a gap."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0022_adjustment_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='enrolment',
            name='carried_from',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('carried_from__isnull', True), ('carried_from__day', 1), _connector='OR'), name='carried_from_is_a_month'),
        ),
    ]
