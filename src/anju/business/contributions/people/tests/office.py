"""So many made-up people of an employer, enrolled set by set."""

from __future__ import annotations

from datetime import date

from anju import ledger
from anju.business.contributions import orders
from anju.business.contributions.models import EmployerAccount, Enrolment
from anju.business.contributions.rosters.tests import company
from anju.parties import actions as parties
from anju.parties.tests import cast
from anju.store.audit import Actor

AT, AGENT, TWELVE = company.AT, company.AGENT, company.TWELVE
NOVEMBER = date(2026, 11, 1)


def books() -> None:
    """The ledger's day is open, and November is the first employer's due month."""
    ledger.open_day(AT.date())
    account(1)


def account(order: int = 1) -> EmployerAccount:
    """The account of one of the two employers, paid through October."""
    found = EmployerAccount.objects.get(employer_id=company.employer(order))
    if found.paid_through is None:
        found.paid_through, found.state = date(2026, 10, 1), "normal"
        found.save()
    return found


def enrolled(count: int, *, of: int = 1, first: int = 1, sealed: str = "") -> list[Enrolment]:
    """People numbered from `first` on with an employer, all paid through October.

    The nth has a base of 5,000 yuan and n yuan more; `sealed` is the reason of a seal.
    """
    employer_id, orders_of = company.employer(of), range(first, first + count)
    keys = parties.enrol_people(
        [(company.name(n), company.id_number(n)) for n in orders_of],
        phones=[f"1500000{n:04d}" for n in orders_of], actor=Actor.system(), at=AT,
    )  # fmt: skip
    opened = ledger.open_accounts(
        [(key, employer_id, AT.date()) for key in keys], key=f"{of}-{first}", scope="test"
    )
    if sealed:
        for each in opened:
            ledger.seal(each)
    orders.enrol_many(
        orders.Enrolled(
            account_id=number, account_no=f"9{n:07}", person_id=key, employer_id=employer_id,
            branch_code="yanhu", base_fen=500_000 + 100 * n, member_ratio=TWELVE,
            employer_ratio=TWELVE, opened_on=date(2026, 7, 1), paid_through=date(2026, 10, 1),
            sealed_on=AT.date() if sealed else None, seal_reason=sealed,
        )
        for n, key, number in zip(orders_of, keys, opened, strict=True)
    )  # fmt: skip
    return list(Enrolment.objects.filter(account_id__in=opened).order_by("account_no"))


def actor() -> Actor:
    """Somebody whom the database knows; the name is nobody's."""
    return Actor.agent(cast.agent(40, of=cast.employer(40)).pk)
