"""30 June as people and jobs take it, step by step; the settlements are in the ledger."""

from django.db import models

from anju.business.treasury.models.steps import Step


class InterestRun(models.Model):
    """One interest year's settlement: its terms, and the control totals that two people signed.

    `terms` stands instead of `rate` where the year had more than one. Totals are those of the last
    preparation: accounts, N in fen × days, interest and balance in fen. They do not change once
    somebody has signed.
    """

    year = models.PositiveSmallIntegerField(primary_key=True)
    rate = models.CharField(max_length=20)
    terms = models.JSONField(null=True)
    day_base = models.PositiveSmallIntegerField()
    accounts = models.BigIntegerField(default=0)
    day_product = models.DecimalField(max_digits=30, decimal_places=0, default=0)
    interest_fen = models.BigIntegerField(default=0)
    balance_fen = models.BigIntegerField(default=0)


class InterestStep(Step):
    """One step of a run: where it stands, who did it, since when, and how far it has come.

    `reached` is the last account that was worked on: whoever goes on begins after it.
    """

    class State(models.TextChoices):
        """Where a step stands."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"

    run = models.ForeignKey(InterestRun, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reached = models.BigIntegerField(default=0)

    class Meta:
        """Each step of a run is there once."""

        constraints = (
            models.UniqueConstraint(fields=["run", "step"], name="one_step_of_a_run"),
            models.CheckConstraint(
                condition=models.Q(finished__isnull=False) | ~models.Q(state="done"),
                name="interest_step_done_when",
            ),
        )
