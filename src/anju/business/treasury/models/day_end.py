"""The day end as people and jobs take it, step by step; what is sealed is in the ledger."""

from django.db import models

from anju.business.treasury.models.steps import Step


class DayEndStep(Step):
    """One step of one day or of its adjustments: where it stands, who did it, since when, how far.

    Rows are made when the day has flipped and go forward only: a step that is done stays done.
    """

    class State(models.TextChoices):
        """Where a step stands."""

        WAITING = "waiting"
        RUNNING = "running"
        FAILED = "failed"
        DONE = "done"

    day = models.DateField()
    segment = models.CharField(max_length=10, default="day")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    note = models.TextField(default="", blank=True)

    class Meta:
        """Each step of a day is there once."""

        constraints = (
            models.UniqueConstraint(fields=["day", "segment", "step"], name="one_step_of_a_day"),
            models.CheckConstraint(
                condition=models.Q(finished__isnull=False) | ~models.Q(state="done"),
                name="day_end_step_done_when",
            ),
        )
