"""What every step of a staged operation keeps, whichever operation it is of."""

from django.db import models

SYSTEM = "系统"
"""Who did what nobody had to do."""


class Step(models.Model):
    """One step: since when, when it was finished, how much of how much is done.

    `who` did it is the reference of a member of staff (`parties.facts.staff_ref`), SYSTEM for a
    job, empty for nobody yet.
    """

    step = models.CharField(max_length=10)
    who = models.CharField(max_length=64, default="", blank=True)
    since = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    counted = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)

    class Meta:
        """No table of its own."""

        abstract = True
