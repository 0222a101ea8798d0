"""汇缴: a month's list as an employer confirmed it, and what became of the money."""

from django.db import models
from django.db.models import F, Q

from anju.business.contributions.models.employer_accounts import EmployerAccount
from anju.business.contributions.models.enrolments import Enrolment

LIVE = ("confirmed", "allocating")
"""States of a list that is not paid yet; an employer has one such list at a time."""


class Remittance(models.Model):
    """汇缴清册 with its notice: what an employer owes for one month, person by person.

    What was confirmed never changes; only its state does, and what belongs to it
    (sql/remittances.sql).
    `batch_id` is the ledger's batch once its money was looked for; a list whose money did not
    suffice keeps it and is confirmed again.
    """

    class State(models.TextChoices):
        """Where it stands; the last two are final."""

        CONFIRMED = "confirmed", "待缴款"
        ALLOCATING = "allocating", "入账中"
        DONE = "done", "已入账"
        VOID = "void", "已作废"

    number = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(EmployerAccount, on_delete=models.PROTECT, related_name="+")
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

    class Meta:
        """One list a month that is not void, one at a time that is not paid."""

        constraints = (
            models.UniqueConstraint(
                fields=["account", "month"], condition=~Q(state="void"), name="one_list_a_month"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state__in=LIVE), name="one_list_at_a_time"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="list_month_is_a_month"),
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
                    state="done",
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
    """What is paid for one person; fen, each part rounded by itself."""

    pk = models.CompositePrimaryKey("remittance_id", "account_id")
    remittance = models.ForeignKey(Remittance, on_delete=models.PROTECT, related_name="lines")
    account_id = models.BigIntegerField()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    base_fen = models.BigIntegerField()
    member_fen = models.BigIntegerField()
    employer_fen = models.BigIntegerField()

    class Meta:
        """Somebody is paid for."""

        constraints = (
            models.CheckConstraint(
                condition=Q(base_fen__gte=0, member_fen__gte=0, employer_fen__gte=0)
                & (Q(member_fen__gt=0) | Q(employer_fen__gt=0)),
                name="line_pays_something",
            ),
        )
