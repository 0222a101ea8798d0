"""Which months were paid for whom: the lists' own lines, and what other systems paid before.

The lines carry their month and their list its kind, so that a month that was paid in its turn can
be told from one that was paid after the fact.
"""

from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction

from django.db.models import Min, QuerySet, Sum

from anju.business.contributions.models import (
    BaseAdjustmentLine,
    CorrectionLine,
    Enrolment,
    Remittance,
    RemittanceLine,
)
from anju.business.contributions.models.remittances import GONE
from anju.domain.calendar import months_of
from anju.domain.contribution import clip, part
from anju.domain.contribution_terms import ContributionTerms

Sums = tuple[int, int]
"""Member's and employer's part in fen."""


def lines(accounts: Collection[int] | None = None) -> "QuerySet[RemittanceLine]":
    """The lines of all lists that stand, of these accounts only where they are named."""
    found = RemittanceLine.objects.exclude(remittance__state__in=GONE)
    return found if accounts is None else found.filter(account_id__in=accounts)


def paid(
    people: Iterable[Enrolment], *, first: date, last: date, terms: ContributionTerms
) -> dict[tuple[int, date], Sums]:
    """What was paid, or stands on a list, for each account and month from `first` to `last`.

    What another system paid before it gave the account to us is known by its last month only; its
    months count as paid by the base and the ratios that came along, within the month's limits.
    """
    known = {each.account_id: each for each in people}
    found = lines(known).filter(month__range=(first, last)).order_by()
    sums = {
        (account, month): (member, employer)
        for account, month, member, employer in found.values_list("account_id", "month").annotate(
            Sum("member_fen"), Sum("employer_fen")
        )
    }
    for (account, month), back in corrected(known, first, last).items():
        member, employer = sums.get((account, month), (0, 0))
        sums[account, month] = member - back[0], employer - back[1]
    elsewhere = [each for each in known.values() if each.first_month is None and each.paid_through]
    if not elsewhere:
        return sums
    regular = lines([each.account_id for each in elsewhere]).filter(
        remittance__kind=Remittance.Kind.REGULAR
    )
    ours = dict(regular.order_by().values_list("account_id").annotate(Min("month")))
    bases = _came_along([each.account_id for each in elsewhere])
    for each in elsewhere:
        base = bases.get(each.account_id, each.base_fen)
        _add_elsewhere(sums, each, base, ours.get(each.account_id), first, last, terms)
    return sums


def corrected(accounts: Collection[int], first: date, last: date) -> dict[tuple[int, date], Sums]:
    """What was given back as paid wrongly, for each account and month."""
    found = CorrectionLine.objects.filter(account_id__in=accounts, month__range=(first, last))
    rows = found.order_by().values_list("account_id", "month")
    return {
        (account, month): (member, employer)
        for account, month, member, employer in rows.annotate(
            Sum("member_fen"), Sum("employer_fen")
        )
    }


def _came_along(accounts: Collection[int]) -> dict[int, int]:
    """The bases before the first adjustment of ours, of those that were ever adjusted."""
    lines = BaseAdjustmentLine.objects.filter(account_id__in=accounts, is_applied=True)
    found = lines.order_by("-pk").values_list("account_id", "old_base_fen")
    return dict(found)


def _add_elsewhere(
    sums: dict[tuple[int, date], Sums],
    each: Enrolment,
    base_fen: int,
    ours: date | None,
    first: date,
    last: date,
    terms: ContributionTerms,
) -> None:
    """Count the months that were paid before the first list of ours."""
    for month in months_of(max(first, terms.first_month), last):
        if month > each.paid_through or (ours is not None and month >= ours):
            break
        rounding = terms.rounding(month)
        base, _ = clip(base_fen, terms.limits(month))
        member, employer = sums.get((each.account_id, month), (0, 0))
        sums[each.account_id, month] = (
            member + part(base, Fraction(each.member_ratio), rounding=rounding),
            employer + part(base, Fraction(each.employer_ratio), rounding=rounding),
        )
