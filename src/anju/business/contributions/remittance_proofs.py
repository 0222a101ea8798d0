"""Lists beside the books: what `anju verify` says of them, by reading and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from anju.business.contributions.models import (
    Deferral,
    EmployerAccount,
    Lowering,
    Remittance,
    RemittanceLine,
)
from anju.domain.employer_account import AccountState
from anju.ledger import UNALLOCATED, sources
from anju.ledger.verify import Break, guards_gone

AT_ONCE = 500
SOURCE = "remittance"
TRIGGERS = [
    *(f"contributions_remittance.{name}" for name in ("moves", "no_truncate", "adds_up")),
    "contributions_remittanceline.append_only",
    *(f"contributions_deferral.{name}" for name in ("moves", "no_truncate")),
    "contributions_lowering.moves",
    *(f"contributions_collectionagreement.{name}" for name in ("moves", "no_truncate")),
    *(f"contributions_flexibleagreement.{name}" for name in ("moves", "no_truncate")),
]
CONSTRAINTS = [
    "list_adds_up",
    "list_in_one_state",
    "list_of_its_kind",
    "deferral_in_one_state",
]
GIVEN = ("allocating", "done", "reversed")
"""States in which a list may have a voucher."""


def breaks() -> Iterator[Break]:
    """Lists that are not their lines or not their vouchers' lines, vouchers without a list, months
    that no list paid, deferrals and lower ratios that their accounts do not know, and guards
    that are gone."""
    yield from _lines()
    yield from _vouchers()
    yield from _strangers()
    yield from _months()
    yield from _deferrals()
    yield from _lowerings()
    yield from guards_gone(triggers=TRIGGERS, constraints=CONSTRAINTS)


def _lines() -> Iterator[Break]:
    """Every list says what its lines add up to."""
    lists = Remittance.objects.annotate(
        people=Count("lines__account_id", distinct=True),
        member=Coalesce(Sum("lines__member_fen"), 0),
        employer=Coalesce(Sum("lines__employer_fen"), 0),
        first=Min("lines__month"),
        last=Max("lines__month"),
    )
    right = Q(people=F("headcount"), member=F("member_fen"), employer=F("employer_fen"))
    right &= Q(first=F("from_month"), last=F("month"))
    for each in lists.exclude(right):
        yield Break(
            "list",
            each.number,
            f"says {each.headcount} people and {each.total_fen}, its lines {each.people} and"
            f" {each.member + each.employer} from {each.first} to {each.last}",
        )


def _vouchers() -> Iterator[Break]:
    """What a list that is done gave each account is what its lines say, to the fen."""
    done = Remittance.objects.filter(state=Remittance.State.DONE).order_by("pk")
    numbers = iter(done.values_list("number", flat=True).iterator())
    while some := list(islice(numbers, AT_ONCE)):
        given = sources.allocated(SOURCE, some)
        for number, lines in _sums(some).items():
            booked = given.get(number, {})
            for account in sorted(lines.keys() | booked.keys()):
                says, has = lines.get(account, 0), booked.get(account, 0)
                if says != has:
                    what = f"{number}, account {account}"
                    yield Break("list", what, f"says {says}, the books {has}")


def _deferrals() -> Iterator[Break]:
    """No month that is deferred is due, and an account is deferred while a deferral runs."""
    live = Deferral.objects.exclude(state=Deferral.State.ENDED).select_related("account")
    running = set()
    for each in live:
        account = each.account
        if account.skipped_through is None or account.skipped_through < each.last_month:
            detail = f"through {each.last_month}, skipped through {account.skipped_through}"
            yield Break("deferral", each.number, detail)
        if each.state == Deferral.State.RUNNING:
            running.add(account.pk)
            if account.state == AccountState.NORMAL:
                yield Break("deferral", each.number, f"runs, its account is {account.state}")
    stray = EmployerAccount.objects.filter(state=AccountState.DEFERRED).exclude(pk__in=running)
    for number in stray.values_list("number", flat=True):
        yield Break("deferral", number, "is deferred, and no deferral runs")


def _lowerings() -> Iterator[Break]:
    """While lower ratios hold they are the account's."""
    running = Lowering.objects.filter(state=Lowering.State.RUNNING)
    wrong = running.exclude(
        member_ratio=F("account__member_ratio"), employer_ratio=F("account__employer_ratio")
    )
    for number in wrong.values_list("number", flat=True):
        yield Break("lowering", number, "its account pays by other ratios")


def _sums(numbers: list[str]) -> dict[str, dict[int, int]]:
    lines: QuerySet[RemittanceLine] = RemittanceLine.objects.filter(remittance__number__in=numbers)
    sums: dict[str, dict[int, int]] = {number: {} for number in numbers}
    found = lines.order_by().values_list("remittance__number", "account_id")
    for number, account, fen in found.annotate(fen=Sum(F("member_fen") + F("employer_fen"))):
        sums[number][account] = fen
    return sums


def _strangers() -> Iterator[Break]:
    """No voucher shares out an employer's money but a list's that is being paid, or is."""
    known = set(Remittance.objects.filter(state__in=GIVEN).values_list("number", flat=True))
    for number in sorted(sources.allocating(SOURCE, subject=UNALLOCATED) - known):
        yield Break("list", number, "has a voucher and was not paid")


def _months() -> Iterator[Break]:
    """No regular list that is done is later than its employer's month."""
    lists = Remittance.objects.filter(state=Remittance.State.DONE, kind=Remittance.Kind.REGULAR)
    last = dict(lists.order_by().values_list("account_id").annotate(Max("month")))
    accounts = EmployerAccount.objects.filter(pk__in=last)
    for pk, number, month in accounts.values_list("pk", "number", "paid_through"):
        if month is None or month < last[pk]:
            yield Break("list", number, f"is paid through {month}, a list through {last[pk]}")
