"""What the approval of a correction brings about, in the transaction of the case that moves."""

from collections.abc import Sequence
from datetime import date, datetime

from anju import ledger, policy
from anju.business.contributions import paid_months
from anju.business.contributions.correcting import facts as correcting
from anju.business.contributions.correcting.reckoning import Back
from anju.business.contributions.models import (
    Correction,
    CorrectionLine,
    EmployerAccount,
    Enrolment,
)
from anju.business.contributions.stopping import actions as stopping
from anju.cases.declaration import Asked, CaseRef
from anju.domain.calendar import add_months
from anju.domain.vouchers import GlLine, MemberLine, SuspenseLine, Voucher
from anju.ledger import UNALLOCATED
from anju.parties.facts import staff_ref
from anju.store import audit
from anju.store.audit import Actor

KIND, SOURCE = "wrong_contribution", "correction"
AS_IF_NEVER_PAID = "as_if_never_paid"
lock, reveal = stopping.lock, stopping.reveal


def finish(case: CaseRef, at: datetime) -> None:
    """Take the money off the account, give it to the employer, and step the month back."""
    found = correcting.gather(Asked(at, case.person_id, case.employer_id, case.answers))
    assert found.who.enrolment is not None
    employer_id, back = found.who.enrolment.employer_id, found.back
    ledger.enter_day()
    on = ledger.business_date()
    voucher = _voucher(case, employer_id, back, on=on, at=at)
    ledger.post([voucher], key=case.reference, scope=SOURCE)
    enrolment = Enrolment.objects.get(account_id=case.subject_id)
    if not found.keeps_months:
        enrolment.paid_through = _stepped_back(enrolment, back[0].month)
        enrolment.save(update_fields=["paid_through"])
    made = Correction.objects.create(
        number=case.reference,
        account=EmployerAccount.objects.live_of(employer_id).get(),
        enrolment=enrolment,
        from_month=back[0].month,
        month=back[-1].month,
        paid_through=enrolment.paid_through,
        member_fen=sum(one.member_fen for one in back),
        employer_fen=sum(one.employer_fen for one in back),
        corrected_on=on,
    )
    CorrectionLine.objects.bulk_create(
        CorrectionLine(
            correction=made, account_id=case.subject_id, month=one.month,
            member_fen=one.member_fen, employer_fen=one.employer_fen,
        )
        for one in back
    )  # fmt: skip
    by = case.decided_by
    audit.write(
        "contributions.corrected",
        at=at,
        actor=Actor.staff(by) if by is not None else Actor.system(),
        subject=audit.Subject("account", str(case.subject_id)),
        details={"months": len(back), "fen": found.fen, "case": case.reference},
    )


def _stepped_back(enrolment: Enrolment, first: date) -> date | None:
    """The month before the first wrong one; none where the employer had not paid before."""
    before = add_months(first, -1)
    if enrolment.first_month is not None and before < enrolment.first_month:
        return None
    return before


def _voucher(
    case: CaseRef, employer_id: int, back: Sequence[Back], *, on: date, at: datetime
) -> Voucher:
    """Dr 201, Cr 21901: off the account, to what waits for the employer; a line for each month."""
    total = sum(one.fen for one in back)
    days = _value_days(case.subject_id, [one.month for one in back], on)
    return Voucher(
        KIND,
        source_type=SOURCE,
        source_id=case.reference,
        gl=(
            GlLine("201", total, employer_id=employer_id),
            GlLine(UNALLOCATED, -total, employer_id=employer_id),
        ),
        members=tuple(MemberLine(case.subject_id, -one.fen, KIND, days[one.month]) for one in back),
        suspense=(SuspenseLine(UNALLOCATED, "employer", str(employer_id), total, "received"),),
        summary="错缴更正",
        checker=staff_ref(case.decided_by) if case.decided_by is not None else None,
        occurred_at=at,
    )


def _value_days(account_id: int, months: Sequence[date], on: date) -> dict[date, date]:
    """From which day each month's money bears no interest: today, or since it came, by policy."""
    days = dict.fromkeys(months, on)
    if as_if_never_paid(on):
        came = paid_months.lines([account_id]).filter(month__in=months)
        rows = came.values_list("month", "remittance__allocated_on")
        days |= dict(rows.order_by("remittance__allocated_on"))
    return days


def as_if_never_paid(on: date) -> bool:
    """Whether what is given back on a day loses its interest since it came."""
    return bool(policy.current().params.correction_interest.on(on).value == AS_IF_NEVER_PAID)
