"""The account under which an employer pays."""

from django.db import models
from django.db.models import F, Q

from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.store.fields import SealedTextField


class EmployerAccounts(models.QuerySet["EmployerAccount"]):
    """Employers' accounts; at most one of an employer's is not closed."""

    def live(self) -> "EmployerAccounts":
        """Those that are not closed."""
        return self.exclude(state=AccountState.CLOSED)

    def employers(self) -> "EmployerAccounts":
        """Those of employers; whoever pays for himself is none."""
        return self.filter(is_own=False)

    def live_of(self, employer_id: int) -> "EmployerAccounts":
        """The one of an employer that is not closed, if there is one."""
        return self.live().filter(employer_id=employer_id)


class EmployerAccount(models.Model):
    """The account under which an employer pays; an employer has one that is not closed.

    The ledger knows nothing of it. Ratios hold for members who have none of their own. `address`
    to `division` are as registered, `declared_*` as the employer said when it opened; an account
    that was taken on from elsewhere may lack them. Steps between states are those of
    `domain.employer_account`; the database holds them too (sql/guards.sql). Months through
    `skipped_through` are deferred and not due in their turn. `is_own` marks an
    account under which somebody without an employer pays for himself (灵活就业人员专户): nobody
    else acts for it, and it owes nothing.
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
    skipped_through = models.DateField(null=True)
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
    closing_reason = models.CharField(max_length=10, blank=True, default="")
    is_own = models.BooleanField(default=False)

    objects = EmployerAccounts.as_manager()

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
                condition=Q(skipped_through__isnull=True)
                | Q(skipped_through__day=1, skipped_through__gte=F("first_month")),
                name="account_skips_months",
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
                condition=Q(closing_reason="") | Q(state="closed"),
                name="account_reason_of_a_closing",
            ),
            models.CheckConstraint(
                condition=Q(declared_wages_fen__gte=0), name="account_wages_not_negative"
            ),
        )
        indexes = (models.Index(fields=["address"], name="accounts_at_address"),)
