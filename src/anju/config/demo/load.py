"""Fills a centre with the demo's people by living through their years.

Every amount comes about as it does in life: an opening balance, monthly remittances of their
employers, interest at each 30 June, a seal, a freeze, a withdrawal. It all goes through the rooms'
own actions and the books' own days, so a demo's balances are proved by the same checks as a
centre's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from anju import ledger, policy
from anju.business.contributions import freezes
from anju.business.contributions import orders as contributions
from anju.business.loans import orders as loans
from anju.config.clock import DEMO_START
from anju.config.demo import load_doors as doors
from anju.domain.calendar import add_months
from anju.parties import actions as parties
from anju.parties import cards
from anju.policy.demo import DemoFile, DemoMember
from anju.store.audit import Actor

_SEAL_REASONS = {"retirement": "retired", "termination": "left"}
# What happens first on a day that has several things.
_TAKE_ON, _REMIT, _SEAL, _FREEZE, _CLOSE = range(5)


class NoDemo(LookupError):
    """The centre's folder has no demo.yaml."""


@dataclass
class _Town:
    """What is known of the people so far, by their codes in demo.yaml."""

    demo: DemoFile
    city: policy.Policy
    staff: dict[str, int] = field(default_factory=dict)
    employers: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    days: dict[date, list[tuple[int, Callable[[datetime], None]]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def on(self, day: date, order: int, action: Callable[[datetime], None]) -> None:
        """Let `action` happen on the first working day that is not before `day`."""
        if not self.city.calendar.is_working_day(day):
            day = self.city.calendar.next_working_day(day)
        self.days[day].append((order, action))


def load() -> dict[str, int]:
    """Load the centre whose policy is in force into its empty schema.

    Returns how many of what there are now. Raises NoDemo.
    """
    city = policy.current()
    if city.demo is None:
        raise NoDemo(f"centers/{city.center} has no demo.yaml")
    town = _Town(city.demo, city)
    first = min(member.account.opening_on for member in city.demo.members)
    ledger.open_day(first)
    _people(town, doors.instant(first))
    for member in city.demo.members:
        _plan(town, member)
    _remittances(town)
    settled = _live_through(town, first)
    for member in city.demo.members:
        _bind_card(town, member)
    _employer_accounts(town)
    return {
        "members": len(town.persons),
        "staff": len(city.demo.staff),
        "agents": len(city.demo.agents),
        "business days": len(town.days),
        "interest settlements": settled,
    }


def _people(town: _Town, at: datetime) -> None:
    actor = Actor.system()
    town.staff.update(doors.take_on_staff(town.demo, at))
    for employer in town.demo.employers:
        registered = parties.register_employer(
            name=employer.name,
            uscc=employer.uscc,
            branch_code=employer.branch,
            actor=actor,
            at=at,
        )
        town.employers[employer.code] = registered.pk
    with transaction.atomic():
        doors.appoint_agents(town.demo, town.employers, at)
    for member in town.demo.members:
        person = parties.enrol_person(
            name=member.name,
            id_number=member.id_number,
            phone=member.phone,
            actor=actor,
            at=at,
        )
        town.persons[member.code] = person.pk
        user = parties.open_login(person.pk, password=member.password, actor=actor, at=at)
        parties.set_business_password(
            user.pk, password=member.business_password, actor=actor, at=at
        )


def _plan(town: _Town, member: DemoMember) -> None:
    """Put everything but the monthly money of one account on its days."""
    account = member.account
    town.on(account.opening_on, _TAKE_ON, lambda at: _take_on(town, member, at))
    if account.sealed_on is not None:
        town.on(account.sealed_on, _SEAL, lambda at: _seal(town, member, at))
    if account.freeze is not None:
        town.on(account.freeze.from_day, _FREEZE, lambda at: _freeze(town, member, at))
    if account.closed_on is not None:
        town.on(account.closed_on, _CLOSE, lambda at: _close(town, member, at))


def _take_on(town: _Town, member: DemoMember, at: datetime) -> None:
    account = member.account
    runs = account.contributions
    employer = next(e for e in town.demo.employers if e.code == account.employer)
    town.accounts[member.code] = contributions.take_on(
        town.persons[member.code],
        employer_id=town.employers[account.employer],
        branch_code=employer.branch,
        account_no=account.number,
        base_fen=runs[-1].base_fen if runs else 0,
        member_ratio=Decimal(account.member_ratio),
        employer_ratio=Decimal(account.employer_ratio),
        opening_fen=account.opening_fen,
        opened_on=account.opened_on,
        actor=Actor.system(),
        at=at,
    )
    if member.loan is not None:
        loans.take_on(
            town.persons[member.code],
            loan_no=member.loan.number,
            principal_fen=member.loan.outstanding_fen,
            actor=Actor.system(),
            at=at,
        )


def _employer_accounts(town: _Town) -> None:
    """Every employer's own account, as its members' months tell."""
    payer = town.city.payer
    for employer in town.demo.employers:
        accounts = [m.account for m in town.demo.members if m.account.employer == employer.code]
        runs = [run for account in accounts for run in account.contributions]
        if runs:
            (first, *_), last = sorted(run.first for run in runs), max(run.last for run in runs)
            contributions.take_on_employer(
                town.employers[employer.code],
                member_ratio=Decimal(accounts[0].member_ratio),
                employer_ratio=Decimal(accounts[0].employer_ratio),
                payday=accounts[0].credited_on_day,
                first_month=date.fromisoformat(f"{first}-01"),
                paid_through=date.fromisoformat(f"{last}-01"),
                bank_code=payer.bank,
                bank_branch_code=payer.branch,
                opened_on=min(account.opened_on for account in accounts),
                actor=Actor.system(),
                at=DEMO_START,
            )


def _months(first: str, last: str) -> Iterator[date]:
    month, end = date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")
    while month <= end:
        yield month
        month = add_months(month, 1)


def _remittances(town: _Town) -> None:
    """One remittance per employer, month and day of arrival, with all who are in it."""
    lists: dict[tuple[date, str, date], dict[str, int]] = defaultdict(dict)
    for member in town.demo.members:
        account = member.account
        for run in account.contributions:
            for month in _months(run.first, run.last):
                amount = sum(
                    contributions.month_amount(run.base_fen, Decimal(ratio), month=month)
                    for ratio in (account.member_ratio, account.employer_ratio)
                )
                day = month.replace(day=account.credited_on_day)
                lists[day, account.employer, month][member.code] = amount
    for number, ((day, employer, month), members) in enumerate(sorted(lists.items()), start=1):
        town.on(day, _REMIT, _remit(town, employer, month, members, f"HJ{month:%Y%m}{number:06}"))


def _remit(
    town: _Town, employer: str, month: date, members: dict[str, int], reference: str
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        contributions.remit(
            town.employers[employer],
            month=month,
            bank_account_id=town.city.payer.ledger_id,
            amounts={town.accounts[code]: amount for code, amount in members.items()},
            reference=reference,
            at=at,
        )

    return act


def _seal(town: _Town, member: DemoMember, at: datetime) -> None:
    account, mark = member.account, member.account.mark
    assert account.sealed_on is not None
    contributions.seal(
        town.accounts[member.code],
        reason=_SEAL_REASONS[mark.kind] if mark else "unpaid_leave",
        on=account.sealed_on,
        approved_on=mark.approved_on if mark else None,
        approved_by="演示审批人",
        actor=Actor.system(),
        at=at,
    )


def _freeze(town: _Town, member: DemoMember, at: datetime) -> None:
    freeze = member.account.freeze
    assert freeze is not None
    freezes.place(
        town.accounts[member.code],
        authority=freeze.authority,
        doc_no=freeze.document,
        amount=None,
        until=None,
        number="",
        approved_by=None,
        at=at,
    )


def _close(town: _Town, member: DemoMember, at: datetime) -> None:
    """A withdrawal of the years before Anju."""
    doors.pay_out(
        town.city,
        town.accounts[member.code],
        employer_id=town.employers[member.account.employer],
        reference=f"old-{member.account.number}",
        at=at,
    )


def _live_through(town: _Town, first: date) -> int:
    """Day after day: the books move on, and what is planned happens. Returns settlements made."""
    today = DEMO_START.date()
    for year in range(first.year, today.year + 1):
        turn = date(year, 7, 1)
        if first < turn <= today:
            town.days.setdefault(turn, [])
    town.days.setdefault(today, [])
    settled, before = 0, first
    for day in sorted(town.days):
        if day > today:
            raise ValueError(f"demo.yaml plans something for {day}, after the demo's first day")
        if day > before:
            ledger.flip_day(day)
            doors.end_day(town.demo, town.staff, before)
            if (day.month, day.day) == (7, 1):
                settled += _settle_years(town, day)
        for _order, action in sorted(town.days[day], key=lambda planned: planned[0]):
            action(doors.instant(day))
        before = day
    return settled


def _settle_years(town: _Town, day: date) -> int:
    """30 June's own settlement of every account, at the rate of that 30 June."""
    eve = date(day.year, 6, 30)
    rate = town.city.rates.deposit.on(eve).value
    day_base = town.city.params.interest_day_base.on(eve).value
    settled = 0
    for code in sorted(town.accounts):
        account = ledger.account(town.accounts[code])
        if account.state == "closed":
            continue
        if ledger.settle_year(
            account.id, rate=rate, day_base=day_base, occurred_at=doors.instant(day)
        ):
            settled += 1
    return settled


def _bind_card(town: _Town, member: DemoMember) -> None:
    """Cards are bound hours before the clock starts, so that they are always that old."""
    card = member.card
    if card is None:
        return
    cards.bind_card(
        town.persons[member.code],
        number=card.number,
        bank_code=card.bank,
        branch_code=card.bank_branch,
        holder_name=card.holder,
        same_name_verified=card.holder == member.name,
        actor=Actor.system(),
        at=DEMO_START - timedelta(hours=card.bound_hours_before),
    )
