"""连续缴存月数 of an account, from all lists that were booked and from what came along.

It follows the person, not the employer: months of a former employer, of an account merged into
this one and of one's own agreement count alike. Which months paid after the fact count is policy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Sum

from anju import ledger, policy
from anju.business.contributions import paid_months
from anju.business.contributions.models import Enrolment, Remittance, RemittanceLine
from anju.domain.calendar import months_of
from anju.domain.consecutive import Run, run
from anju.domain.contribution import month_span

ALL, DEFERRED = "all", "deferred"
"""Of the months that were paid after the fact: each counts, or those of an approved deferral."""


def of_account(account_id: int, *, on: date) -> Run | None:
    """The months without a gap through the day's month or the one before; None where none are."""
    accounts = [account_id, *ledger.merged_into(account_id)]
    months = set(_booked(accounts))
    for each in Enrolment.objects.filter(account_id__in=accounts):
        months.update(_came_along(each))
    return run(months, on=on)


def words(found: Run | None) -> str:
    """As the member reads it."""
    if found is None:
        return "0 个月"
    return f"{found.months} 个月（{month_span(found.first, found.last)}）"


def counts(month: date, *, kind: str, reason: str) -> bool:
    """Whether a month that such a list paid is one of the row."""
    if kind != Remittance.Kind.BACK:
        return True
    which = policy.current().params.consecutive_back_payments.on(month).value
    return bool(which == ALL or (which == DEFERRED and reason == Remittance.Reason.DEFERRED))


def _booked(accounts: Collection[int]) -> Iterator[date]:
    """The months of lists of ours, but for those that were given back as paid wrongly."""
    lines = RemittanceLine.objects.filter(
        account_id__in=accounts, remittance__state=Remittance.State.DONE
    )
    rows = lines.order_by().values_list(
        "account_id", "month", "remittance__kind", "remittance__reason"
    )
    sums: dict[tuple[int, date], int] = {}
    in_row: set[tuple[int, date]] = set()
    for account, month, kind, reason, member, employer in rows.annotate(
        Sum("member_fen"), Sum("employer_fen")
    ):
        sums[account, month] = sums.get((account, month), 0) + member + employer
        if counts(month, kind=kind, reason=reason):
            in_row.add((account, month))
    back = paid_months.corrected(accounts, date.min, date.max)
    return (key[1] for key in in_row if sums[key] > sum(back.get(key, (0, 0))))


def _came_along(each: Enrolment) -> list[date]:
    """The months that another system booked, through the one before the first list of ours."""
    lines = RemittanceLine.objects.filter(account_id=each.account_id).order_by("remittance_id")
    ours = lines.values_list("paid_before", flat=True)[:1]
    last = ours[0] if ours else each.paid_through
    return months_of(each.carried_from or last, last) if last is not None else []
