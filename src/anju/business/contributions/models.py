"""What stands behind an account: who pays in, on what base, how it came to be sealed; and the
account under which an employer pays."""

from django.db import models
from django.db.models import F, Q

from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.store.fields import SealedTextField


class Enrolment(models.Model):
    """A member's enrolment with an employer; the money itself lives in the ledger.

    `amounts_from` is the month by whose rounding the month's amounts were reckoned.
    `stop_approved_*` is the branch's approval of 停缴: without it a seal does not open a closing
    withdrawal.
    """

    account_id = models.BigIntegerField(unique=True)
    account_no = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey("parties.Employer", on_delete=models.PROTECT, related_name="+")
    branch_code = models.CharField(max_length=40)
    base_fen = models.BigIntegerField()
    member_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    employer_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    member_month_fen = models.BigIntegerField()
    employer_month_fen = models.BigIntegerField()
    amounts_from = models.DateField()
    opened_on = models.DateField()
    paid_through = models.DateField(null=True)
    sealed_on = models.DateField(null=True)
    seal_reason = models.CharField(
        max_length=20,
        default="",
        blank=True,
        choices=[("retired", "retired"), ("left", "left"), ("unpaid_leave", "unpaid_leave")],
    )
    stop_approved_on = models.DateField(null=True)
    stop_approved_by = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        """A seal has a reason and a day, an approval needs a seal, a month is its first day."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(sealed_on__isnull=True, seal_reason="")
                | (models.Q(sealed_on__isnull=False) & ~models.Q(seal_reason="")),
                name="sealed_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(stop_approved_on__isnull=True)
                | (models.Q(sealed_on__isnull=False) & ~models.Q(stop_approved_by="")),
                name="approval_of_a_seal",
            ),
            models.CheckConstraint(
                condition=models.Q(paid_through__isnull=True) | models.Q(paid_through__day=1),
                name="paid_through_is_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(amounts_from__day=1), name="amounts_from_is_a_month"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    base_fen__gte=0, member_month_fen__gte=0, employer_month_fen__gte=0
                ),
                name="no_negative_contribution",
            ),
        )
        indexes = (models.Index(fields=["person"], name="enrolments_of_person"),)


class EmployerAccount(models.Model):
    """The account under which an employer pays; an employer has one that is not closed.

    The ledger knows nothing of it. Ratios hold for members who have none of their own. `address`
    to `division` are as registered, `declared_*` as the employer said when it opened; an account
    that was taken on from elsewhere may lack them. Steps between states are those of
    `domain.employer_account`; the database holds them too (sql/guards.sql).
    """

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    employer = models.ForeignKey("parties.Employer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=8, choices=[(one.value, STATE_WORDS[one]) for one in AccountState]
    )
    member_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    employer_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    payday = models.PositiveSmallIntegerField()
    first_month = models.DateField()
    paid_through = models.DateField(null=True)
    bank_code = models.CharField(max_length=12)
    bank_branch_code = models.CharField(max_length=12)
    affiliation = models.CharField(max_length=2, blank=True)
    address = models.CharField(max_length=200, blank=True)
    founded_on = models.DateField(null=True)
    legal_representative = SealedTextField(null=True)
    division = models.CharField(max_length=6, blank=True)
    contact_name = SealedTextField(null=True)
    contact_phone = SealedTextField(null=True)
    declared_headcount = models.PositiveIntegerField(default=0)
    declared_wages_fen = models.BigIntegerField(default=0)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    opening_key = models.CharField(max_length=32, unique=True)
    closed_on = models.DateField(null=True)

    class Meta:
        """One live account per employer; months are first days; what is closed has a day."""

        constraints = (
            models.UniqueConstraint(
                fields=["employer"], condition=~Q(state="closed"), name="one_live_account"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in AccountState]),
                name="account_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    member_ratio__range=("0.05", "0.12"), employer_ratio__range=("0.05", "0.12")
                ),
                name="account_ratios_are_lawful",
            ),
            models.CheckConstraint(
                condition=Q(payday__range=(1, 31)), name="account_payday_is_a_day"
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=1)
                & (
                    Q(paid_through__isnull=True)
                    | Q(paid_through__day=1, paid_through__gte=F("first_month"))
                ),
                name="account_months_are_months",
            ),
            models.CheckConstraint(
                condition=~Q(state="opened") | Q(paid_through__isnull=True),
                name="account_opened_has_paid_nothing",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False)
                | (~Q(state="closed") & Q(closed_on__isnull=True)),
                name="account_closed_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(declared_wages_fen__gte=0), name="account_wages_not_negative"
            ),
        )
        indexes = (models.Index(fields=["address"], name="accounts_at_address"),)
