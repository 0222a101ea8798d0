"""降低比例: ratios that an employer in hardship pays for some months, as they were approved."""

from django.db import models
from django.db.models import F, Q

from anju.business.contributions.models.employer_accounts import EmployerAccount


class Lowering(models.Model):
    """Approved lower ratios; its number is the case's.

    They hold from `from_month` through `to_month`; `old_*` are those of before, to which the
    employer returns (`is_restored`) where policy says so and nothing else was chosen meanwhile.
    """

    class State(models.TextChoices):
        """Where it stands; the last one is final."""

        RUNNING = "running", "执行中"
        ENDED = "ended", "已结束"

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="lowerings")
    from_month = models.DateField()
    to_month = models.DateField()
    old_member_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    old_employer_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    member_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    employer_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    is_restored = models.BooleanField(default=False)
    approved_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time; neither ratio rises, one of them falls; what ended says when."""

        constraints = (
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="running"), name="one_lowering_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(from_month__day=1, to_month__day=1, from_month__lte=F("to_month")),
                name="lowering_months_in_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    member_ratio__lte=F("old_member_ratio"),
                    employer_ratio__lte=F("old_employer_ratio"),
                )
                & (
                    Q(member_ratio__lt=F("old_member_ratio"))
                    | Q(employer_ratio__lt=F("old_employer_ratio"))
                ),
                name="lowering_lowers",
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None, is_restored=False)
                | Q(state="ended", ended_at__isnull=False),
                name="lowering_in_one_state",
            ),
        )
