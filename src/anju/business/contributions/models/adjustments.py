"""基数调整、比例调整: what an employer changes for a contribution year, and what it was before."""

from django.db import models
from django.db.models import F, Q

from anju.business.contributions.models.employer_accounts import EmployerAccount
from anju.business.contributions.models.enrolments import Enrolment
from anju.business.contributions.models.lowerings import Lowering
from anju.business.contributions.models.remittances import Remittance


class BaseAdjustment(models.Model):
    """An employer's new bases from a month on: a draft until it is confirmed, once.

    `back_list` is the list of what is to be paid after the fact for months that were remitted on
    the old bases.
    """

    class State(models.TextChoices):
        """Where it stands; the last two are final."""

        DRAFT = "draft", "填写中"
        DONE = "done", "已调整"
        DISCARDED = "discarded", "已放弃"

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="+")
    effective_month = models.DateField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    back_list = models.ForeignKey(Remittance, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """One draft of an account at a time; what ended says when and by whom."""

        constraints = (
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="draft"), name="one_adjustment_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(effective_month__day=1), name="adjusted_from_a_month"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", ended_at=None, ended_by=None, back_list=None)
                | (~Q(state="draft") & Q(ended_at__isnull=False, ended_by__isnull=False)),
                name="adjustment_in_one_state",
            ),
        )


class BaseAdjustmentLine(models.Model):
    """One person's base: the old one, the new one as it was given, and what is applied of it; fen.

    `problem` says why it cannot be applied, `note` what is unusual about it. `is_applied` once the
    person contributes on it.
    """

    # Found by what is unique: see RemittanceLine.
    adjustment = models.ForeignKey(
        BaseAdjustment, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    account_id = models.BigIntegerField()
    old_base_fen = models.BigIntegerField()
    new_base_fen = models.BigIntegerField(null=True)
    base_fen = models.BigIntegerField(null=True)
    member_fen = models.BigIntegerField(null=True)
    employer_fen = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=80, blank=True, default="")
    note = models.CharField(max_length=80, blank=True, default="")
    is_applied = models.BooleanField(default=False)

    class Meta:
        """Somebody stands in it once; what is applied is whole."""

        constraints = (
            models.UniqueConstraint(
                fields=["adjustment", "enrolment"], name="adjusted_once_in_a_draft"
            ),
            models.CheckConstraint(
                condition=Q(is_applied=False)
                | Q(problem="", base_fen__gt=0, member_fen__gte=0, employer_fen__gte=0),
                name="applied_is_whole",
            ),
        )
        indexes = (models.Index(fields=["account_id"], name="adjustments_of_account"),)


class RatioChange(models.Model):
    """An employer's new ratios from a month on, and the old ones; month amounts of all in fen.

    `lowering` where lower ratios began or ended with it: those are not what everybody may change.
    """

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="+")
    effective_month = models.DateField()
    old_member_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    old_employer_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    member_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    employer_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    headcount = models.PositiveIntegerField()
    before_fen = models.BigIntegerField()
    after_fen = models.BigIntegerField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    request_key = models.CharField(max_length=32, unique=True)
    lowering = models.ForeignKey(Lowering, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """Something changes, from the first of a month on."""

        constraints = (
            models.CheckConstraint(condition=Q(effective_month__day=1), name="ratio_from_a_month"),
            models.CheckConstraint(
                condition=~Q(
                    member_ratio=F("old_member_ratio"), employer_ratio=F("old_employer_ratio")
                ),
                name="ratio_changes_something",
            ),
        )
