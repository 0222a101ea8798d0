"""Amounts say by which month's rounding they were reckoned; older ones by that of the opening."""

from django.db import migrations, models
from django.db.models.functions import TruncMonth


def _from_the_opening(apps, schema_editor):
    enrolments = apps.get_model("contributions", "Enrolment").objects.filter(amounts_from=None)
    enrolments.update(amounts_from=TruncMonth("opened_on"))


class Migration(migrations.Migration):
    dependencies = [("contributions", "0001_initial")]

    operations = [
        migrations.AddField("enrolment", "amounts_from", models.DateField(null=True)),
        migrations.RunPython(_from_the_opening, migrations.RunPython.noop),
        migrations.AlterField("enrolment", "amounts_from", models.DateField()),
        migrations.AddConstraint(
            "enrolment",
            models.CheckConstraint(
                condition=models.Q(("amounts_from__day", 1)), name="amounts_from_is_a_month"
            ),
        ),
    ]
