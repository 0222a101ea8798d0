"""demo.yaml: the plainly fictional people with whom a demo of the centre is filled.

Nothing of it is used in production. Amounts are whole fen, days are real, instants are given
relative to the start of the demo's clock, so that the same person is green or not on any day.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from anju.domain.identifiers import (
    card_number_problem,
    id_number_problem,
    phone_problem,
    uscc_problem,
)
from anju.policy.shapes import BankCode, Code, Shape, Text

Fen = Annotated[int, Field(ge=0)]
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Share = Annotated[str, StringConstraints(pattern=r"^0\.[0-9]{2,4}$")]


class DemoStaff(Shape):
    """A member of staff who may sign in to the counter of the demo."""

    username: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9.]{2,29}$")]
    name: Text
    branch: Code
    roles: Annotated[tuple[Code, ...], Field(strict=False, min_length=1)]
    password: Text
    totp_secret: Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{32}$")]
    shows: Text


class DemoEmployer(Shape):
    """An employer that never was."""

    code: Code
    name: Text
    uscc: Text
    branch: Code


class DemoEnterprise(Shape):
    """An enterprise that never was, registered at the market regulator, without an account yet."""

    uscc: Text
    name: Text
    address: Text
    founded_on: date
    legal_representative: Text
    division: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    password: Text


class DemoAppointment(Shape):
    """For which demo employer somebody acts, and as what."""

    employer: Code
    role: Literal["admin", "clerk"]


class DemoAgent(Shape):
    """Somebody who acts for demo employers; administrators stand before their clerks."""

    name: Text
    appointments: Annotated[tuple[DemoAppointment, ...], Field(strict=False, min_length=1)]
    id_number: Text
    phone: Text
    password: Text
    totp_secret: Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{32}$")] | None = None
    shows: Text


class DemoContributions(Shape):
    """A run of months with one base; what is paid each month is base times both ratios."""

    first: Month
    last: Month
    base_fen: Fen


class DemoMark(Shape):
    """Why contributions stopped and when the branch approved it.

    `approved_on` is empty for a mark that still waits for approval.
    """

    kind: Literal["retirement", "termination"]
    approved_on: date | None = None


class DemoFreeze(Shape):
    """A freeze of the whole account by an authority's document."""

    authority: Text
    document: Text
    from_day: date


class DemoAccount(Shape):
    """A member's account and how it came to its balance.

    Attributes:
        number: 个人账号.
        employer: code of a demo employer.
        opened_on: 开户日期.
        opening_on, opening_fen: the balance carried into the demo's history.
        contributions: months paid since, without gaps between first and last of each run.
        credited_on_day: the day of each month on which that month's money arrives.
        sealed_on: when the account was sealed; empty while contributions go on.
        closed_on: an account that was drawn and closed before.
    """

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{8,12}$")]
    employer: Code
    opened_on: date
    opening_on: date
    opening_fen: Fen
    contributions: Annotated[tuple[DemoContributions, ...], Field(strict=False)] = ()
    member_ratio: Share
    employer_ratio: Share
    credited_on_day: Annotated[int, Field(ge=1, le=28)]
    sealed_on: date | None = None
    mark: DemoMark | None = None
    freeze: DemoFreeze | None = None
    closed_on: date | None = None


class DemoCard(Shape):
    """The receiving card of a demo person, bound so many hours before the demo's clock starts."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{16,19}$")]
    bank: BankCode
    bank_branch: BankCode
    holder: Text
    bound_hours_before: Annotated[int, Field(ge=0)]


class DemoLoan(Shape):
    """A fund loan of a demo person."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{13}$")]
    outstanding_fen: Fen


class DemoMember(Shape):
    """A demo person, and in one line what this person shows."""

    code: Code
    name: Text
    shows: Text
    id_number: Text
    phone: Text
    password: Text
    business_password: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    account: DemoAccount
    card: DemoCard | None = None
    loan: DemoLoan | None = None


class DemoFile(Shape):
    """demo.yaml."""

    staff: Annotated[tuple[DemoStaff, ...], Field(strict=False, min_length=1)]
    employers: Annotated[tuple[DemoEmployer, ...], Field(strict=False, min_length=1)]
    agents: Annotated[tuple[DemoAgent, ...], Field(strict=False)] = ()
    members: Annotated[tuple[DemoMember, ...], Field(strict=False, min_length=1)]
    enterprises: Annotated[tuple[DemoEnterprise, ...], Field(strict=False)] = ()


Problem = tuple[tuple[str | int, ...], str]


def problems(
    demo: DemoFile, *, branches: set[str], bank_branches: set[tuple[str, str]]
) -> list[Problem]:
    """What does not hold together between the demo's people and the centre, with its place."""
    found: list[Problem] = []
    employers = {employer.code for employer in demo.employers}
    for at, employer in enumerate(demo.employers):
        _note(found, ("employers", at, "uscc"), uscc_problem(employer.uscc))
        if employer.branch not in branches:
            found.append((("employers", at, "branch"), f"no branch is called {employer.branch!r}"))
    for at, enterprise in enumerate(demo.enterprises):
        _note(found, ("enterprises", at, "uscc"), uscc_problem(enterprise.uscc))
    for at, staff in enumerate(demo.staff):
        if staff.branch not in branches:
            found.append((("staff", at, "branch"), f"no branch is called {staff.branch!r}"))
    found.extend(_agent_problems(demo, employers))
    for at, member in enumerate(demo.members):
        found.extend(_member_problems(member, ("members", at), employers, bank_branches))
    found.extend(_repeated(demo))
    return found


def _agent_problems(demo: DemoFile, employers: set[str]) -> list[Problem]:
    found: list[Problem] = []
    administered: set[str] = set()
    for at, agent in enumerate(demo.agents):
        path = ("agents", at)
        _note(found, (*path, "id_number"), id_number_problem(agent.id_number, date.max))
        _note(found, (*path, "phone"), phone_problem(agent.phone))
        for number, one in enumerate(agent.appointments):
            here = (*path, "appointments", number, "employer")
            if one.employer not in employers:
                found.append((here, f"no demo employer is called {one.employer!r}"))
            elif one.role == "admin":
                administered.add(one.employer)
            elif one.employer not in administered:
                found.append((here, f"nobody before administers {one.employer!r}"))
    return found


def _member_problems(
    member: DemoMember,
    path: tuple[str | int, ...],
    employers: set[str],
    bank_branches: set[tuple[str, str]],
) -> list[Problem]:
    found: list[Problem] = []
    account, card = member.account, member.card
    _note(found, (*path, "id_number"), id_number_problem(member.id_number, account.opening_on))
    _note(found, (*path, "phone"), phone_problem(member.phone))
    if account.employer not in employers:
        found.append(
            ((*path, "account", "employer"), f"no demo employer is called {account.employer!r}")
        )
    if account.opening_on < account.opened_on:
        found.append(((*path, "account", "opening_on"), "the history starts before the account"))
    if card is not None:
        _note(found, (*path, "card", "number"), card_number_problem(card.number))
        if (card.bank, card.bank_branch) not in bank_branches:
            found.append(
                ((*path, "card", "bank_branch"), "no bank of this centre has a branch so coded")
            )
    return found


def _repeated(demo: DemoFile) -> list[Problem]:
    found: list[Problem] = []
    for kind, names in (("members", ("code", "id_number", "phone")), ("agents", ("id_number",))):
        for name in names:
            seen: set[str] = set()
            for at, one in enumerate(getattr(demo, kind)):
                value = str(getattr(one, name))
                if value in seen:
                    found.append(((kind, at, name), f"{value} stands twice"))
                seen.add(value)
    return found


def _note(found: list[Problem], path: tuple[str | int, ...], problem: str | None) -> None:
    if problem is not None:
        found.append((path, problem))
