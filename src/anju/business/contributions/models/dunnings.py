"""催缴: that an employer was reminded, and of what."""

from django.db import models
from django.db.models import Q

from anju.business.contributions.models.employer_accounts import EmployerAccount


class Dunning(models.Model):
    """An employer was reminded of its months through `month`; never changed afterwards.

    `by` is who did it at the counter, nobody where it was done by itself; `told` is to how many
    agents a text message went. `owed_fen` is what was due by the people of that day.
    """

    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="dunnings")
    month = models.DateField()
    months = models.PositiveSmallIntegerField()
    owed_fen = models.BigIntegerField()
    told = models.PositiveSmallIntegerField()
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """By itself once a month; at most once a day."""

        constraints = (
            models.UniqueConstraint(
                fields=["account", "month"], condition=Q(by=None), name="dunned_by_itself_once"
            ),
            models.UniqueConstraint(fields=["account", "on"], name="dunned_once_a_day"),
            models.CheckConstraint(
                condition=Q(month__day=1, months__gt=0, owed_fen__gt=0),
                name="dunned_of_something",
            ),
        )
