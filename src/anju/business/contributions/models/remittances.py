"""汇缴、补缴: a list as an employer confirmed it, and what became of the money."""

from django.db import models
from django.db.models import F, Q

from anju.business.contributions.models.employer_accounts import EmployerAccount
from anju.business.contributions.models.enrolments import Enrolment
from anju.business.contributions.models.flexible_agreements import FlexibleAgreement

LIVE = ("confirmed", "allocating")
"""States of a list that is not paid yet; an employer has one such list at a time."""
GONE = ("void", "reversed")
"""States of a list that pays nothing: its months may be paid by another."""


class Remittance(models.Model):
    """A list with its notice: what an employer pays, person by person and month by month.

    A regular one (汇缴清册) is for one month; a back payment (补缴清册) has a reason and is for
    months from `from_month` through `month`; one of a person without an employer is for the months
    of his plan, under his `agreement`. What was confirmed never changes; only its state
    does, and what belongs to it (sql/remittances.sql, sql/back_payments.sql).
    `paid_before` is the month through which the employer was paid when it was confirmed.
    `batch_id` is the ledger's batch once its money was looked for; a list whose money did not
    suffice keeps it and is confirmed again.
    """

    class State(models.TextChoices):
        """Where it stands; one that is done may be reversed, the last two are final."""

        CONFIRMED = "confirmed", "待缴款"
        ALLOCATING = "allocating", "入账中"
        DONE = "done", "已入账"
        REVERSED = "reversed", "已冲正"
        VOID = "void", "已作废"

    class Kind(models.TextChoices):
        """What is paid."""

        REGULAR = "regular", "汇缴"
        BACK = "back", "补缴"
        FLEXIBLE = "flexible", "灵活就业缴存"

    class Reason(models.TextChoices):
        """Why months that have passed are paid."""

        ARREARS = "arrears", "欠缴补缴"
        SHORT = "short", "少缴补缴"
        OPENING = "opening", "开户补缴"
        ARBITRATION = "arbitration", "仲裁或判决补缴"
        DEFERRED = "deferred", "缓缴补缴"

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.REGULAR)
    reason = models.CharField(max_length=11, choices=Reason.choices, blank=True, default="")
    from_month = models.DateField()
    month = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.CONFIRMED)
    headcount = models.PositiveIntegerField()
    member_fen = models.BigIntegerField()
    employer_fen = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    receiving_account = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=64)
    request_key = models.CharField(max_length=32, unique=True)
    confirmed_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    batch_id = models.BigIntegerField(null=True, unique=True)
    allocated_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    paid_before = models.DateField(null=True)
    agreement = models.ForeignKey(
        FlexibleAgreement, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """One regular list a month that stands, one list at a time that is not paid."""

        constraints = (
            models.UniqueConstraint(
                fields=["account", "month"],
                condition=~Q(state__in=GONE) & Q(kind="regular"),
                name="one_list_a_month",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=LIVE, agreement=None),
                name="one_list_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state__in=LIVE),
                name="one_list_of_an_agreement",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1, from_month__day=1, from_month__lte=F("month")),
                name="list_month_is_a_month",
            ),
            models.CheckConstraint(
                condition=Q(kind="regular", reason="", from_month=F("month"), agreement=None)
                | (Q(kind="back", agreement=None) & ~Q(reason=""))
                | Q(kind="flexible", reason="", agreement__isnull=False, headcount=1),
                name="list_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(
                    headcount__gt=0,
                    member_fen__gte=0,
                    employer_fen__gte=0,
                    total_fen__gt=0,
                    total_fen=F("member_fen") + F("employer_fen"),
                ),
                name="list_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", allocated_on=None, ended_at=None, voided_by=None)
                | Q(
                    state="allocating",
                    batch_id__isnull=False,
                    allocated_on=None,
                    ended_at=None,
                    voided_by=None,
                )
                | Q(
                    state__in=("done", "reversed"),
                    batch_id__isnull=False,
                    allocated_on__isnull=False,
                    ended_at__isnull=False,
                    voided_by=None,
                )
                | Q(
                    state="void",
                    allocated_on=None,
                    ended_at__isnull=False,
                    voided_by__isnull=False,
                ),
                name="list_in_one_state",
            ),
        )


class RemittanceLine(models.Model):
    """What is paid for one person and one month; fen, each part rounded by itself.

    `base_fen` is the base that was applied, within the month's limits; `paid_before` the month
    through which the person was paid when the list was confirmed, None for nobody's.
    """

    pk = models.CompositePrimaryKey("remittance_id", "account_id", "month")
    # Found by the key: an index of this column alone is taken for the right one as long as the
    # table's statistics do not know a new list.
    remittance = models.ForeignKey(
        Remittance, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    account_id = models.BigIntegerField()
    month = models.DateField()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    base_fen = models.BigIntegerField()
    member_fen = models.BigIntegerField()
    employer_fen = models.BigIntegerField()
    paid_before = models.DateField(null=True)

    class Meta:
        """Somebody is paid for."""

        constraints = (
            models.CheckConstraint(
                condition=Q(base_fen__gte=0, member_fen__gte=0, employer_fen__gte=0)
                & (Q(member_fen__gt=0) | Q(employer_fen__gt=0)),
                name="line_pays_something",
            ),
        )
        indexes = (models.Index(fields=["account_id", "month"], name="months_of_account"),)
