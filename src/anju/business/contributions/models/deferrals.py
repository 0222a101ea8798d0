"""缓缴: months that an employer in hardship may pay later, as they were approved."""

from django.db import models
from django.db.models import F, Q

from anju.business.contributions.models.employer_accounts import EmployerAccount


class Deferral(models.Model):
    """An approved deferral; its number is the case's.

    `from_month` through `to_month` were approved. `last_month` is the last month that is deferred:
    the employer may pay again sooner (`resumed_by` is that case's number), and it is empty where
    nothing was deferred at all. What was approved stays (sql/deferrals.sql).
    """

    class State(models.TextChoices):
        """Where it stands; the last one is final."""

        APPROVED = "approved", "已批准"
        RUNNING = "running", "缓缴中"
        ENDED = "ended", "已结束"

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="deferrals")
    from_month = models.DateField()
    to_month = models.DateField()
    last_month = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.APPROVED)
    approved_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    resumed_by = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time; months are months, in order; what ended says when."""

        constraints = (
            models.UniqueConstraint(
                fields=["account"], condition=~Q(state="ended"), name="one_deferral_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(from_month__day=1, to_month__day=1, from_month__lte=F("to_month")),
                name="deferral_months_in_order",
            ),
            models.CheckConstraint(
                condition=Q(last_month=F("to_month"))
                | (
                    (Q(last_month=None) | Q(last_month__day=1, last_month__gte=F("from_month")))
                    & (Q(last_month=None) | Q(last_month__lt=F("to_month")))
                    & ~Q(resumed_by="")
                ),
                name="deferral_cut_short_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "running"], ended_at=None)
                & Q(last_month__isnull=False)
                | Q(state="ended", ended_at__isnull=False),
                name="deferral_in_one_state",
            ),
        )
