"""Services are found by their place: a folder in an area with a `service.py`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from anju import business, policy


def service_modules() -> Iterator[str]:
    """Dotted names of every `service.py` two folders below `anju.business`, in order."""
    for root in map(Path, business.__path__):
        for found in sorted(root.glob("*/*/service.py")):
            area, service = found.parent.parent.name, found.parent.name
            yield f"anju.business.{area}.{service}.service"


def service_of(module: ModuleType) -> Any:
    """The `Service` record a service module declares. Raises LookupError if it has none."""
    try:
        return module.SERVICE
    except AttributeError:
        raise LookupError(f"{module.__name__} declares no SERVICE") from None


def discover() -> None:
    """Import every service, hand its record to `cases`, and check what the city says of it."""
    from anju.cases import registry

    for name in service_modules():
        registry.register(service_of(import_module(name)))
    check_policy(policy.current())


def check_policy(city: policy.Policy) -> None:
    """Refuse a start with a service or a rule that the city names and no folder has.

    Raises:
        policy.PolicyError: the service's file, and what is wrong with it.
    """
    from anju.business.contributions.facts import ACCOUNT_FIELDS
    from anju.cases import registry

    known = {service.code: service for service in registry.services()}
    for code, block in city.services.items():
        file = f"services/{code}.yaml"
        if code not in known:
            raise city.problem(file, (), f"no folder of the business declares {code}")
        rules = {rule.code for rule in known[code].rules}
        asked: list[tuple[tuple[str | int, ...], str]] = [
            *((("conditions", at), rule) for at, rule in enumerate(block.conditions)),
            *((("review", "checks", at), rule) for at, rule in enumerate(block.review.checks)),
        ]
        for place, rule in asked:
            if rule not in rules:
                raise city.problem(file, place, f"{code} has no rule {rule}")
        _check_kind(city, file, block, known[code])
        for at, step in enumerate(block.steps):
            _check_fields(city, file, ("steps", at), step.fields, known[code].record_fields)
    _check_fields(city, "center.yaml", ("account",), city.account.fields, ACCOUNT_FIELDS)


def _check_kind(city: policy.Policy, file: str, block: policy.ServicePolicy, known: Any) -> None:
    """Refuse a service that others enter without its fields, or that pays and does not say when."""
    enters = any(step.page == "entry" for step in block.steps)
    if enters != (known.entry is not None):
        raise city.problem(file, ("steps",), "an entry page belongs to a service that is entered")
    if known.payment is not None and block.arrival_working_days is None:
        raise city.problem(file, (), "a service that pays says its arrival_working_days")
    answers = {field.code for field in known.entry.fields} if known.entry is not None else set()
    for at, slot in enumerate(block.slots):
        for code in slot.only_for:
            if code not in answers:
                where = ("slots", at, "only_for")
                raise city.problem(file, where, f"nothing called {code} is entered")


def _check_fields(
    city: policy.Policy,
    file: str,
    place: tuple[str | int, ...],
    fields: tuple[policy.LabelledField, ...],
    known: frozenset[str],
) -> None:
    """Refuse a field that no code can fill."""
    for at, field in enumerate(fields):
        if field.code not in known:
            where = (*place, "fields", at, "code")
            raise city.problem(file, where, f"there is no field {field.code}")
