"""Interest settlement as a staged operation."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A run per interest year, and its steps."""

    dependencies = [("treasury", "0004_day_end")]
    operations = [
        migrations.CreateModel(
            name="InterestRun",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("rate", models.CharField(max_length=20)),
                ("terms", models.JSONField(null=True)),
                ("day_base", models.PositiveSmallIntegerField()),
                ("accounts", models.BigIntegerField(default=0)),
                ("day_product", models.DecimalField(decimal_places=0, default=0, max_digits=30)),
                ("interest_fen", models.BigIntegerField(default=0)),
                ("balance_fen", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="InterestStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("who", models.CharField(blank=True, default="", max_length=64)),
                ("since", models.DateTimeField(null=True)),
                ("finished", models.DateTimeField(null=True)),
                ("counted", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("reached", models.BigIntegerField(default=0)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="treasury.interestrun",
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(fields=("run", "step"), name="one_step_of_a_run"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished__isnull", False),
                            models.Q(("state", "done"), _negated=True),
                            _connector="OR",
                        ),
                        name="interest_step_done_when",
                    ),
                ),
            },
        ),
    ]
