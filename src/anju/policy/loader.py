"""Loads a centre: its own folder over the national one, checked as a whole before it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from anju.domain.calendar import ServiceHours
from anju.policy import demo as demo_people
from anju.policy.bank_shapes import Bank, BanksFile, OwnAccount
from anju.policy.contribution import check_contribution
from anju.policy.current import Assumption, Policy
from anju.policy.examples import ExamplesFile
from anju.policy.folder import Folder, fingerprint, open_folder
from anju.policy.overlays import (
    assumed_dated,
    parse_calendar,
    read_calendar,
    read_dated,
    read_tables,
)
from anju.policy.parsing import assumed_in, parse
from anju.policy.problems import PolicyError
from anju.policy.service_shapes import ServicePolicy
from anju.policy.shapes import (
    Branch,
    BranchesFile,
    CenterFile,
    ReasonsFile,
    WordsFile,
)
from anju.policy.sources import Document, Path_

NATIONAL = "national"
DATED_FILES = ("params.yaml", "rates.yaml")

_CENTER = re.compile(r"[a-z][a-z0-9_]{1,30}\Z")
_SERVICE_FILE = re.compile(r"services/([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)\.yaml")
_NATIONAL_FILES = (re.compile(r"(params|rates|calendar|words|reasons)\.yaml"),)
_CITY_FILES = (
    re.compile(r"(center|banks|branches|examples|demo|params|rates|calendar|words|reasons)\.yaml"),
    _SERVICE_FILE,
)

H = TypeVar("H", Bank, Branch)


def centers_in(root: Path) -> tuple[str, ...]:
    """The names of all centres that have a folder, sorted; the national one is no centre."""
    return tuple(
        sorted(
            path.name
            for path in root.iterdir()
            if path.is_dir() and path.name != NATIONAL and _CENTER.match(path.name)
        )
    )


def load(center: str, root: Path) -> Policy:
    """Load one centre.

    Args:
        center: the name of its folder.
        root: the folder that holds all centres and the national one.

    Raises:
        PolicyError: a file is bad; file, line and reason say where and why.
    """
    if not _CENTER.match(center) or center == NATIONAL:
        raise PolicyError(f"{root}/{center}", 1, f"{center!r} is not a name for a centre")
    national = open_folder(root, NATIONAL, known=_NATIONAL_FILES)
    city = open_folder(root, center, known=_CITY_FILES)
    own: CenterFile = parse(city.document("center.yaml"), CenterFile)
    policy = Policy(
        center=center,
        version=fingerprint(root, (NATIONAL, center)),
        identity=own.identity,
        hours=_hours(own, city),
        calendar=read_calendar(*_pair(national, city, "calendar.yaml")),
        labels=own.labels,
        menu=own.menu,
        employer_menu=own.employer_menu,
        account=own.account,
        params=read_dated(*_pair(national, city, "params.yaml")),
        rates=read_dated(*_pair(national, city, "rates.yaml")),
        banks=_banks(city),
        accounts=_accounts(city),
        branches=_branches(city),
        reasons=read_tables(*_pair(national, city, "reasons.yaml"), ReasonsFile),
        words=read_tables(*_pair(national, city, "words.yaml"), WordsFile),
        services=_services(city),
        assets=MappingProxyType({**national.assets, **city.assets}),
        examples=parse(city.document("examples.yaml"), ExamplesFile),
        demo=_demo(city),
        assumptions=tuple(_assumptions(national, city)),
        sources=MappingProxyType(dict(city.documents)),
    )
    _check_center(policy, city)
    check_contribution(policy)
    for code in policy.services:
        _check_service(policy, code, city)
    return policy


def _pair(national: Folder, city: Folder, name: str) -> tuple[Document, Document | None]:
    return national.document(name), city.documents.get(name)


def _hours(own: CenterFile, city: Folder) -> ServiceHours:
    hours = own.hours
    try:
        return ServiceHours(
            time.fromisoformat(hours.opens),
            time.fromisoformat(hours.closes),
            hours.working_days_only,
        )
    except ValueError as error:
        raise city.document("center.yaml").problem(("hours", "closes"), str(error)) from None


def _banks(city: Folder) -> Mapping[str, Bank]:
    document = city.document("banks.yaml")
    banks: BanksFile = parse(document, BanksFile)
    for at, bank in enumerate(banks.banks):
        _by_code(bank.branches, document, ("banks", at, "branches"))
    return _by_code(banks.banks, document, ("banks",))


def _accounts(city: Folder) -> Mapping[str, OwnAccount]:
    """The centre's own accounts: each number once, one that pays, banks that there are."""
    document = city.document("banks.yaml")
    accounts: tuple[OwnAccount, ...] = parse(document, BanksFile).accounts
    branches = {(bank, one.code) for bank, each in _banks(city).items() for one in each.branches}
    numbers: set[str] = set()
    for at, account in enumerate(accounts):
        if account.number in numbers:
            raise document.problem(("accounts", at, "number"), "this number stands twice")
        numbers.add(account.number)
        if (account.bank, account.branch) not in branches:
            raise document.problem(
                ("accounts", at, "branch"),
                f"{account.bank}/{account.branch} is no bank branch of this centre",
            )
    if sum(account.use == "pays" for account in accounts) != 1:
        raise document.problem(("accounts",), "exactly one account pays")
    return _by_code(accounts, document, ("accounts",))


def _branches(city: Folder) -> Mapping[str, Branch]:
    document = city.document("branches.yaml")
    branches: BranchesFile = parse(document, BranchesFile)
    divisions: set[str] = set()
    for at, branch in enumerate(branches.branches):
        if twice := divisions.intersection(branch.divisions):
            raise document.problem(("branches", at, "divisions"), f"{min(twice)} has two branches")
        divisions.update(branch.divisions)
    return _by_code(branches.branches, document, ("branches",))


def _by_code(entries: tuple[Any, ...], document: Document, path: Path_) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for at, entry in enumerate(entries):
        if entry.code in found:
            raise document.problem((*path, at, "code"), f"the code {entry.code} stands twice")
        found[entry.code] = entry
    return MappingProxyType(found)


def _services(city: Folder) -> Mapping[str, ServicePolicy]:
    found: dict[str, ServicePolicy] = {}
    for name, document in city.documents.items():
        service = _SERVICE_FILE.fullmatch(name)
        if service:
            found[service[1]] = parse(document, ServicePolicy)
    return MappingProxyType(found)


def _demo(city: Folder) -> demo_people.DemoFile | None:
    document = city.documents.get("demo.yaml")
    if document is None:
        return None
    people: demo_people.DemoFile = parse(document, demo_people.DemoFile)
    for path, reason in demo_people.problems(
        people,
        branches=set(_branches(city)),
        bank_branches={
            (bank.code, branch.code) for bank in _banks(city).values() for branch in bank.branches
        },
    ):
        raise document.problem(path, f"{path[-1]}: {reason}")
    return people


def _check_center(policy: Policy, city: Folder) -> None:
    document = city.document("center.yaml")
    if policy.identity.logo not in policy.assets:
        raise document.problem(
            ("identity", "logo"), f"there is no picture {policy.identity.logo} in the folder"
        )
    for at, section in enumerate(policy.menu):
        for entry_at, entry in enumerate(section.entries):
            if entry.service is not None and entry.service not in policy.services:
                raise document.problem(
                    ("menu", at, "entries", entry_at, "service"),
                    f"this centre has no services/{entry.service}.yaml",
                )


def _check_service(policy: Policy, code: str, city: Folder) -> None:
    service = policy.services[code]
    document = city.document(f"services/{code}.yaml")
    if service.life_event is not None and service.life_event not in policy.words.life_events:
        raise document.problem(
            ("life_event",), f"{service.life_event} is none of the life events in words.yaml"
        )
    longest = policy.params.decision_working_days_max.values[-1].value
    if service.decision_working_days > longest:
        raise document.problem(
            ("decision_working_days",),
            f"staff may take {longest} working days, not {service.decision_working_days}",
        )
    for at, slot in enumerate(service.slots):
        if slot.example not in policy.assets:
            raise document.problem(
                ("slots", at, "example"), f"there is no picture {slot.example} in the folders"
            )


def _assumptions(national: Folder, city: Folder) -> Iterator[Assumption]:
    for name in DATED_FILES:
        for document, line, value, reason in assumed_dated(*_pair(national, city, name)):
            yield Assumption(document.file, line, value, reason)
    for folder in (national, city):
        calendar = folder.documents.get("calendar.yaml")
        if calendar is not None:
            for year, days in parse_calendar(calendar).years.items():
                if days.assumed:
                    line = calendar.line(("years", year))
                    yield Assumption(calendar.file, line, f"holidays of {year}", days.assumed)
    shapes: dict[str, Any] = {
        "center.yaml": CenterFile,
        "banks.yaml": BanksFile,
        "branches.yaml": BranchesFile,
        **{name: ServicePolicy for name in city.documents if name.startswith("services/")},
    }
    for name, shape in shapes.items():
        document = city.document(name)
        for path, reason in assumed_in(parse(document, shape)):
            shown = ".".join(str(part) for part in path)
            yield Assumption(document.file, document.line(path), shown, reason)
