"""The policy of one centre as the house reads it, and which one is in force in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from anju.domain.calendar import ServiceHours, WorkCalendar
from anju.policy.bank_shapes import Bank, OwnAccount
from anju.policy.dated_values import Params
from anju.policy.demo import DemoFile
from anju.policy.examples import ExamplesFile
from anju.policy.problems import PolicyError
from anju.policy.service_shapes import ServicePolicy
from anju.policy.shapes import (
    AccountPage,
    Branch,
    EmployerSection,
    Identity,
    Labels,
    MenuSection,
    ReasonsFile,
    WordsFile,
)
from anju.policy.sources import Document


@dataclass(frozen=True)
class Assumption:
    """A value that no source gives, where it stands, and why it was chosen."""

    file: str
    line: int
    name: str
    reason: str


@dataclass(frozen=True)
class Policy:
    """Everything a centre's folder says, together with the national one; nothing in it changes.

    Attributes:
        center: the folder's name, for example "yuncheng".
        version: sha256 over every file of both folders; a case keeps it, so that it is known for
            ever under which words it was decided.
        menu, employer_menu: the sections of the halls of members and of employers.
        params, rates: dated values by name, `policy.params.card_age_hours_min.on(day).value`.
        hours: when the centre takes applications online.
        calendar: working days, public holidays and the weekend days worked in their stead.
        accounts: the centre's own accounts at banks, by their codes in the books.
        banks, branches: by code, in the order of the file.
        reasons: reason codes by decision: approve, return_for_correction, reject.
        words: what codes of ours are called on screens.
        services: by code; a service that is not here is not offered by this centre.
        assets: pictures by name ("logo.svg"), the city's own before the national one.
        demo: the people of the demo, None when the centre has none.
        sources: the centre's own files as read, for `problem`.
    """

    center: str
    version: str
    identity: Identity
    hours: ServiceHours
    calendar: WorkCalendar
    labels: Labels
    menu: tuple[MenuSection, ...]
    employer_menu: tuple[EmployerSection, ...]
    account: AccountPage
    params: Params
    rates: Params
    banks: Mapping[str, Bank]
    accounts: Mapping[str, OwnAccount]
    branches: Mapping[str, Branch]
    reasons: ReasonsFile
    words: WordsFile
    services: Mapping[str, ServicePolicy]
    assets: Mapping[str, bytes] = field(repr=False)
    examples: ExamplesFile
    demo: DemoFile | None
    assumptions: tuple[Assumption, ...]
    sources: Mapping[str, Document] = field(repr=False)

    def problem(self, name: str, path: tuple[str | int, ...], reason: str) -> PolicyError:
        """An error at a place of one of the centre's own files, for checks that need the code.

        Args:
            name: the file inside the centre's folder.
            path: keys and positions from the file's root, such as ("conditions", 2).
            reason: what is wrong there.
        """
        return self.sources[name].problem(path, reason)

    def assumed(self) -> tuple[Assumption, ...]:
        """Every value that no source gives, for whoever confirms them."""
        return self.assumptions

    @property
    def payer(self) -> OwnAccount:
        """The account that pays members; there is exactly one."""
        return next(each for each in self.accounts.values() if each.use == "pays")

    @property
    def payer_account(self) -> str:
        """The number of the account that pays members."""
        return self.payer.number

    @property
    def collector(self) -> OwnAccount:
        """The account to which employers pay: the one that collects, or the one that pays."""
        collects = (each for each in self.accounts.values() if each.use == "collects")
        return next(collects, self.payer)

    def bank_branch_name(self, bank_code: str, branch_code: str = "") -> str:
        """What a card's bank is called: the branch where its code is known, else the bank.

        Raises:
            KeyError: the centre has no bank of this code.
        """
        bank = self.banks[bank_code]
        named = [branch.name for branch in bank.branches if branch.code == branch_code]
        return named[0] if named else bank.name


_in_force: Policy | None = None


def use(policy: Policy) -> None:
    """Put a policy in force for this process, which serves one centre."""
    global _in_force
    _in_force = policy


def current() -> Policy:
    """The policy in force.

    Raises:
        RuntimeError: none was put in force, a mistake of the process's start.
    """
    if _in_force is None:
        raise RuntimeError("no policy is in force: the start has to load one and use() it")
    return _in_force


@contextmanager
def using(policy: Policy) -> Iterator[Policy]:
    """Put a policy in force for a while, in every thread; for tests and for tools that compare."""
    global _in_force
    before = _in_force
    _in_force = policy
    try:
        yield policy
    finally:
        _in_force = before
