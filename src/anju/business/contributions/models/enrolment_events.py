"""What happened to somebody's enrolment with an employer, in the order in which it did."""

from django.db import models


class EnrolmentEvent(models.Model):
    """封存, 启封, 转出 and 转入: one row each, never changed (sql/people.sql).

    `month` is the first month without contributions after a seal, the first with them after an
    unseal or a move. `reason` is a seal's (`Enrolment.seal_reason`). `by` names who did it, as
    "agent:7" or "staff:12".
    """

    class Kind(models.TextChoices):
        """What happened."""

        SEALED = "sealed", "封存"
        UNSEALED = "unsealed", "启封"
        MOVED_OUT = "moved_out", "转出"
        MOVED_IN = "moved_in", "转入"

    account_id = models.BigIntegerField()
    employer = models.ForeignKey("parties.Employer", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    month = models.DateField(null=True)
    on = models.DateField()
    reason = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta:
        """A month is its first day; a seal has a reason."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(month__isnull=True) | models.Q(month__day=1),
                name="event_month_is_a_month",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="sealed") | ~models.Q(reason=""),
                name="event_seal_has_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=["account_id", "employer", "-id"], name="events_of_enrolment"),
        )
