"""What contributions does for others: taking accounts on, months paid in, the seal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.db.models import Case, When
from django.db.models.functions import Coalesce

from anju import ledger, policy
from anju.business.contributions import postings
from anju.business.contributions.models import EmployerAccount, Enrolment, EnrolmentEvent
from anju.domain.calendar import add_months
from anju.domain.contribution import part
from anju.domain.contribution_terms import Rounding
from anju.domain.employer_account import AccountState
from anju.store import audit, references
from anju.store.audit import Actor
from anju.store.bulk import copy_new


def take_on(
    person_id: int,
    *,
    employer_id: int,
    branch_code: str,
    account_no: str,
    base_fen: int,
    member_ratio: Decimal,
    employer_ratio: Decimal,
    opening_fen: int,
    opened_on: date,
    actor: Actor,
    at: datetime,
) -> int:
    """Take an account on with the balance it brings (期初建账); returns the account's id.

    Each part of the month's amount is rounded as policy says for the month of the day.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        month = on.replace(day=1)
        account_id = ledger.open_account(
            person_id, employer_id=employer_id, on=on, key=f"take-on:{account_no}"
        )
        Enrolment.objects.create(
            account_id=account_id,
            account_no=account_no,
            person_id=person_id,
            employer_id=employer_id,
            branch_code=branch_code,
            base_fen=base_fen,
            member_ratio=member_ratio,
            employer_ratio=employer_ratio,
            **_amounts(base_fen, member_ratio, employer_ratio, rounding=_rounding(month)),
            amounts_from=month,
            opened_on=opened_on,
        )
        if opening_fen:
            voucher = postings.opening(
                source_id=account_no,
                employer_id=employer_id,
                bank_account_id=policy.current().payer.ledger_id,
                account_id=account_id,
                amount=opening_fen,
                value_date=on,
                at=at,
            )
            ledger.post([voucher], key=account_no, scope="opening")
        audit.write(
            "contributions.taken_on",
            at=at,
            actor=actor,
            subject=audit.Subject("account", str(account_id)),
        )
    return account_id


def take_on_employer(
    employer_id: int,
    *,
    member_ratio: Decimal,
    employer_ratio: Decimal,
    payday: int,
    first_month: date,
    paid_through: date | None,
    bank_code: str,
    bank_branch_code: str,
    opened_on: date,
    actor: Actor,
    at: datetime,
) -> str:
    """Take an employer's account on as another system kept it; returns its number.

    It is open when nothing was remitted yet, else in its normal state. Raises IntegrityError for
    an employer that has a live one.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        account = EmployerAccount.objects.create(
            number=references.next("DW", on=on),
            employer_id=employer_id,
            state=AccountState.OPENED if paid_through is None else AccountState.NORMAL,
            member_ratio=member_ratio,
            employer_ratio=employer_ratio,
            payday=payday,
            first_month=first_month,
            paid_through=paid_through,
            bank_code=bank_code,
            bank_branch_code=bank_branch_code,
            opened_on=opened_on,
            opened_at=at,
            opening_key=f"take-on:{employer_id}",
        )
        audit.write(
            "contributions.employer_taken_on",
            at=at,
            actor=actor,
            subject=audit.Subject("employer_account", account.number),
            details={"employer": employer_id},
        )
    number: str = account.number
    return number


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What stands behind an account that another system kept until today."""

    account_id: int
    account_no: str
    person_id: int
    employer_id: int
    branch_code: str
    base_fen: int
    member_ratio: Decimal
    employer_ratio: Decimal
    opened_on: date
    paid_through: date | None
    sealed_on: date | None
    seal_reason: str
    first_month: date | None = None


def enrol_many(enrolments: Iterable[Enrolled]) -> int:
    """Write down many enrolments as they stand; how many. Raises IntegrityError for a known one.

    Monthly amounts are reckoned as by `take_on`.
    """
    month = ledger.business_date().replace(day=1)
    rounding = _rounding(month)
    rows = (
        Enrolment(
            **{name: getattr(each, name) for name in Enrolled.__slots__},
            **_amounts(each.base_fen, each.member_ratio, each.employer_ratio, rounding=rounding),
            amounts_from=month,
        )
        for each in enrolments
    )
    with transaction.atomic():
        return copy_new(Enrolment, rows)


def month_amount(base_fen: int, ratio: Decimal, *, month: date) -> int:
    """One part of a month's contribution: base × ratio in fen, rounded as policy says for it."""
    return part(base_fen, Fraction(ratio), rounding=_rounding(month))


def _rounding(month: date) -> Rounding:
    return policy.contribution_terms(policy.current()).rounding(month)


def _amounts(
    base_fen: int, member_ratio: Decimal, employer_ratio: Decimal, *, rounding: Rounding
) -> dict[str, int]:
    """The columns of an enrolment that are reckoned."""
    return {
        "member_month_fen": part(base_fen, Fraction(member_ratio), rounding=rounding),
        "employer_month_fen": part(base_fen, Fraction(employer_ratio), rounding=rounding),
    }


def remit(
    employer_id: int,
    *,
    month: date,
    bank_account_id: int,
    amounts: Mapping[int, int],
    reference: str,
    at: datetime,
) -> None:
    """Post one employer's month: money first, then the month each member is paid through.

    `bank_account_id` is the centre's account to which it came, as the ledger calls it.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        voucher = postings.remittance(
            source_id=reference,
            employer_id=employer_id,
            bank_account_id=bank_account_id,
            amounts=amounts,
            value_date=on,
            at=at,
        )
        ledger.post([voucher], key=reference, scope="remittance")
        month = month.replace(day=1)
        goes_on = When(paid_through=add_months(month, -1), then=Coalesce("carried_from", month))
        Enrolment.objects.filter(account_id__in=list(amounts)).update(
            paid_through=month, carried_from=Case(goes_on, default=month)
        )


def seal(
    account_id: int,
    *,
    reason: str,
    on: date,
    approved_on: date | None,
    approved_by: str,
    actor: Actor,
    at: datetime,
    month: date | None = None,
) -> None:
    """停缴: seal the account for a reason, with the branch's approval where it was given.

    `month` is the first one without contributions, where it was said.
    """
    with transaction.atomic():
        ledger.enter_day()
        ledger.seal(account_id)
        enrolment = Enrolment.objects.filter(account_id=account_id)
        enrolment.update(
            sealed_on=on,
            seal_reason=reason,
            stop_approved_on=approved_on,
            stop_approved_by=approved_by if approved_on else "",
        )
        EnrolmentEvent.objects.create(
            account_id=account_id,
            employer_id=enrolment.values_list("employer_id", flat=True).get(),
            kind=EnrolmentEvent.Kind.SEALED,
            month=month,
            on=on,
            reason=reason,
            by=actor.ref,
            at=at,
        )
        audit.write(
            "contributions.sealed",
            at=at,
            actor=actor,
            subject=audit.Subject("account", str(account_id)),
            reason=reason,
        )
