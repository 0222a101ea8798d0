"""What the approval of a reversal brings about, in the transaction of the case that moves."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Sum

from anju import ledger
from anju.business.contributions.models import (
    EmployerAccount,
    Enrolment,
    Remittance,
    RemittanceLine,
    Reversal,
)
from anju.business.contributions.remittance_lists import VOUCHERS
from anju.business.contributions.reversing import facts as reversing
from anju.cases import telling
from anju.cases.declaration import CaseRef
from anju.domain.contribution import month_span
from anju.domain.money import yuan
from anju.domain.vouchers import GlLine, MemberLine, SuspenseLine, Voucher
from anju.ledger import UNALLOCATED, sources, vouchers
from anju.parties import facts as parties
from anju.parties.facts import staff_ref
from anju.store import audit
from anju.store.audit import Actor

SOURCE = "remittance"


def lock(employer_id: int) -> None:
    """Lock the employer's account, then everybody's whom the list booked last has paid for.

    No list is confirmed meanwhile, and nobody takes out what is looked for.
    """
    rows = EmployerAccount.objects.select_for_update(no_key=True)
    account = rows.live_of(employer_id).first()
    if account is None:
        return
    number = reversing.last_booked(account.pk)
    lines = RemittanceLine.objects.filter(remittance__number=number)
    ledger.lock_accounts(lines.values_list("account_id", flat=True))


def finish(case: CaseRef, at: datetime) -> None:
    """Take the list back in red letters, step the months back, and tell everybody in it."""
    ledger.enter_day()
    on = ledger.business_date()
    rows = Remittance.objects.select_for_update(of=("self",), no_key=True)
    made = rows.select_related("account").get(
        number=case.answers["list"], account__employer_id=case.employer_id
    )
    assert made.batch_id is not None
    aside = ledger.posted_batch(made.batch_id).aside
    voucher = _voucher(case, made, aside, at=at)
    posted = ledger.post([voucher], key=case.reference, scope="reversal")
    made.state = Remittance.State.REVERSED
    made.save(update_fields=["state"])
    Reversal.objects.create(
        number=case.reference,
        remittance=made,
        reason=case.answers["reason"],
        voucher_id=posted.voucher_ids[0],
        reversed_on=on,
    )
    _step_back(made, aside=aside)
    _tell(made, aside, at=at)
    by = case.decided_by
    audit.write(
        "contributions.remittance_reversed",
        at=at,
        actor=Actor.staff(by) if by is not None else Actor.system(),
        subject=audit.Subject("remittance", made.number),
        details={"case": case.reference, "fen": made.total_fen},
    )


def _voucher(case: CaseRef, made: Remittance, aside: Collection[int], *, at: datetime) -> Voucher:
    """Dr 201, Cr 21901, each line from the very day from which it bore interest.

    What waited with the employer because an account was closed is the employer's already; that it
    was meant for somebody is taken back with the rest.
    """
    kind, employer = VOUCHERS[Remittance.Kind(made.kind)], made.account.employer_id
    original = sources.voucher_of(kind, source_type=SOURCE, source_id=made.number)
    assert original is not None
    head, _lines = vouchers.voucher(original)
    parts = vouchers.member_parts(head, limit=made.headcount)
    back = sum(part.amount for part in parts)
    waits = _waiting(made, aside)
    waited = sum(waits.values())
    gl = [GlLine("201", back, employer_id=employer)] if back else []
    if waited:
        gl.append(GlLine(UNALLOCATED, waited, employer_id=employer))
    to = (UNALLOCATED, "employer", str(employer))
    return Voucher(
        f"{kind}_reversed",
        source_type=SOURCE,
        source_id=made.number,
        gl=(*gl, GlLine(UNALLOCATED, -back - waited, employer_id=employer)),
        members=tuple(
            MemberLine(part.account_id, -part.amount, f"{kind}_reversed", part.value_date)
            for part in parts
        ),
        # What comes in stands first: what waits is never below nought between two lines.
        suspense=(
            SuspenseLine(*to, back + waited, "reversed"),
            *(SuspenseLine(*to, -fen, "reversed", account) for account, fen in waits.items()),
        ),
        summary=f"{made.get_kind_display()}冲正 {month_span(made.from_month, made.month)}",
        checker=staff_ref(case.decided_by) if case.decided_by is not None else None,
        reverses=original,
        occurred_at=at,
    )


def _waiting(made: Remittance, aside: Collection[int]) -> Mapping[int, int]:
    """What the list meant for accounts that could not take it, in fen."""
    lines = RemittanceLine.objects.filter(remittance=made, account_id__in=aside)
    sums = lines.order_by("account_id").values_list("account_id")
    found = sums.annotate(member=Sum("member_fen"), employer=Sum("employer_fen"))
    return {account: member + employer for account, member, employer in found}


def _step_back(made: Remittance, *, aside: Collection[int]) -> None:
    """Everybody is paid through the month before the list, the employer too by a regular one."""
    lines = RemittanceLine.objects.filter(remittance=made).order_by()
    # One statement for each month, which are few: see `remitting`.
    for before in lines.values_list("paid_before", flat=True).distinct():
        accounts = lines.filter(paid_before=before).values("account_id")
        people = Enrolment.objects.filter(account_id__in=accounts)
        people.exclude(account_id__in=aside).update(paid_through=before)
    if made.kind == Remittance.Kind.REGULAR:
        account = made.account
        account.paid_through = made.paid_before
        account.save(update_fields=["paid_through"])


def _tell(made: Remittance, aside: Collection[int], *, at: datetime) -> None:
    """A message to each person whose account gave back what the list had brought."""
    employer = parties.employer(made.account.employer_id).name
    what = f"{month_span(made.from_month, made.month)}住房公积金{made.get_kind_display()}"
    lines = RemittanceLine.objects.filter(remittance=made).exclude(account_id__in=aside)
    sums = lines.order_by("account_id").values_list("enrolment__person_id")
    found = sums.annotate(member=Sum("member_fen"), employer=Sum("employer_fen"))
    telling.tell_many(
        (
            (person, f"{what}已冲正", f"{employer}为您缴存的 {yuan(own + theirs)} 元分摊有误，"
             "经管理部审批已从您的账户冲回，利息按没有缴过计算。如有疑问请联系单位或管理部。")
            for person, own, theirs in found
        ),
        at=at,
    )  # fmt: skip
