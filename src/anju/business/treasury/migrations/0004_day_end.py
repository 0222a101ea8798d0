"""Day end and period close: steps of each day, closed months; both go forward only."""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION treasury_day_end_step_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'done'
       OR (OLD.day, OLD.segment, OLD.step) IS DISTINCT FROM (NEW.day, NEW.segment, NEW.step) THEN
        RAISE EXCEPTION 'treasury.step_is_done: % %', OLD.day, OLD.step
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moves_forward BEFORE UPDATE OR DELETE ON treasury_dayendstep
    FOR EACH ROW EXECUTE FUNCTION treasury_day_end_step_moves_forward();

CREATE FUNCTION treasury_period_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL OR OLD.maker <> NEW.maker THEN
        RAISE EXCEPTION 'treasury.period_is_closed: %', OLD.period
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_closed BEFORE UPDATE OR DELETE ON treasury_periodclose
    FOR EACH ROW EXECUTE FUNCTION treasury_period_stays_closed();
"""


class Migration(migrations.Migration):
    """Two tables and their guards."""

    dependencies = [("treasury", "0003_look_at_what_waits")]
    operations = [
        migrations.CreateModel(
            name="DayEndStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("segment", models.CharField(default="day", max_length=10)),
                ("step", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("failed", "Failed"),
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
                ("note", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "segment", "step"), name="one_step_of_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished__isnull", False), models.Q(("state", "done"), _negated=True),
                            _connector="OR",
                        ),
                        name="day_end_step_done_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PeriodClose",
            fields=[
                ("period", models.IntegerField(primary_key=True, serialize=False)),
                ("income_fen", models.BigIntegerField()),
                ("expense_fen", models.BigIntegerField()),
                ("maker", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("checker", models.CharField(blank=True, default="", max_length=64)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("maker", models.F("checker")), _negated=True),
                        name="period_close_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at__isnull", True), models.Q(("checker", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="period_close_checked",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
