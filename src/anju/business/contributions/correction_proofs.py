"""What was put right afterwards, beside the books: what `anju verify` says of 错缴更正 and 冲正."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from anju.business.contributions import paid_months
from anju.business.contributions.correcting.actions import KIND
from anju.business.contributions.correcting.actions import SOURCE as CORRECTION
from anju.business.contributions.models import Correction, CorrectionLine, Remittance, Reversal
from anju.business.contributions.remittance_lists import VOUCHERS
from anju.ledger import sources, vouchers
from anju.ledger.verify import Break, guards_gone

LIST = "remittance"
State, Kind = Remittance.State, Remittance.Kind
TRIGGERS = [
    f"contributions_{table}.append_only" for table in ("correction", "correctionline", "reversal")
]
CONSTRAINTS = ["correction_gives_something", "corrected_month_once"]


def breaks() -> Iterator[Break]:
    """Corrections and reversals that are not what the books took back, months that gave back more
    than was paid for them or count as paid still, and guards that are gone."""
    yield from _corrections()
    yield from _more_than_paid()
    yield from _reversals()
    yield from _red_letters()
    yield from _months()
    yield from guards_gone(triggers=TRIGGERS, constraints=CONSTRAINTS)


def _corrections() -> Iterator[Break]:
    """What was taken back of each month is what a correction says, and what its voucher took."""
    every = Correction.objects.annotate(
        is_member=Coalesce(Sum("lines__member_fen"), 0),
        is_employer=Coalesce(Sum("lines__employer_fen"), 0),
    )
    known = set()
    for each in every.select_related("enrolment").iterator():
        known.add(each.number)
        says, account = each.member_fen + each.employer_fen, each.enrolment.account_id
        lines = each.is_member + each.is_employer
        took = -sources.allocated(CORRECTION, [each.number]).get(each.number, {}).get(account, 0)
        if not says == lines == took:
            detail = f"says {says}, its lines {lines}, the books {took}"
            yield Break("correction", each.number, detail)
    for number in sorted(sources.businesses(KIND, source_type=CORRECTION) - known):
        yield Break("correction", number, "has a voucher, and nobody knows it")


def _more_than_paid() -> Iterator[Break]:
    """No month gave back more than the lists that stand paid for it."""
    back = _sums(CorrectionLine.objects.all())
    paid = _sums(paid_months.lines({account for account, _month in back}))
    for (account, month), (member, employer) in sorted(back.items()):
        had = paid.get((account, month), (0, 0))
        if member > had[0] or employer > had[1]:
            detail = f"{member + employer} was given back, lists paid {sum(had)}"
            yield Break("correction", f"account {account}, {month}", detail)


def _sums(lines: QuerySet[Any]) -> dict[Any, tuple[int, int]]:
    """The member's and the employer's part in fen, by account and month."""
    found = lines.order_by().values_list("account_id", "month")
    return {
        (account, month): (member, employer)
        for account, month, member, employer in found.annotate(
            Sum("member_fen"), Sum("employer_fen")
        )
    }


def _reversals() -> Iterator[Break]:
    """A list is reversed by exactly one reversal, and the books have nothing of it any more."""
    state = State.REVERSED
    lists = Remittance.objects.filter(Q(state=state) | Q(reversal__isnull=False))
    found = lists.order_by("pk").values_list("number", "state", "reversal__number")
    for number, is_state, by in found.iterator():
        if is_state != state or by is None:
            yield Break("reversal", number, f"is {is_state}, its reversal is {by}")
        if left := sources.allocated(LIST, [number]).get(number):
            yield Break("reversal", number, f"is taken back, and {len(left)} accounts keep of it")


def _red_letters() -> Iterator[Break]:
    """A reversal names the voucher that took the list's own voucher back."""
    for each in Reversal.objects.select_related("remittance").iterator():
        made = each.remittance
        kind = VOUCHERS[Kind(made.kind)]
        own = sources.voucher_of(kind, source_type=LIST, source_id=made.number)
        by = None if own is None else vouchers.voucher(own)[0].reversed_by
        if by != each.voucher_id:
            detail = f"names voucher {each.voucher_id}, {own} was taken back by {by}"
            yield Break("reversal", made.number, detail)


def _months() -> Iterator[Break]:
    """The month of a list that was taken back is due again, unless it was paid or skipped since."""
    back = Remittance.objects.filter(state=State.REVERSED, kind=Kind.REGULAR)
    later = back.filter(account__paid_through__gte=F("month"))
    for each in later.select_related("account"):
        skipped = each.account.skipped_through
        done = Remittance.objects.filter(account=each.account, kind=Kind.REGULAR, state=State.DONE)
        if (skipped is None or skipped < each.month) and not done.filter(month=each.month).exists():
            detail = f"is taken back, its month counts as paid ({each.account.paid_through})"
            yield Break("reversal", each.number, detail)
