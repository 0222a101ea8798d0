"""An employer's people for who acts for it: by name, their numbers masked, and who is meant."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.db.models import QuerySet

from anju.domain import identifiers
from anju.parties import indexes, rules
from anju.parties.models import Person
from anju.store import index
from anju.store.fields import unseal
from anju.store.secrets import MaskedIdNumber, MaskedPhone

OPENED_MAX: Final = 20_000
"""So many people are opened for one look; among more, only whole names and numbers are found."""
_WHOLE: Final = re.compile(r"[0-9]{17}[0-9X]")
_END: Final = re.compile(r"[0-9]{3,16}[0-9X]")

People: TypeAlias = Collection[int] | QuerySet[Any, Any]
"""Keys of persons, or what selects them."""


@dataclass(frozen=True, slots=True)
class Employee:
    """A person as the employer's agents may see one."""

    name: str
    id_number: MaskedIdNumber
    phone: MaskedPhone | None


def employees(person_ids: Collection[int]) -> dict[int, Employee]:
    """These people by key, in one query; unknown keys are left out."""
    rows = Person.objects.only("name", "id_number", "phone").filter(pk__in=set(person_ids))
    return {row.pk: _employee(row) for row in rows}


def _employee(row: Person) -> Employee:
    phone = unseal(row, "phone")
    return Employee(
        unseal(row, "name").expose(),
        MaskedIdNumber.of(unseal(row, "id_number")),
        MaskedPhone.of(phone) if phone else None,
    )


def meant(among: People, text: str) -> frozenset[int]:
    """Who of these people has this in the name, or an ID number that ends with it."""
    number = identifiers.normalise_id_number(text)
    people = Person.objects.filter(pk__in=among)
    if _WHOLE.fullmatch(number):
        return _keys(people.filter(index.match("id_number", indexes.ID_NUMBER, number)))
    column, said = "name", rules.normalise_name(text)
    fits: Callable[[str], bool] = lambda plain: said in plain  # noqa: E731 — one of two
    if _END.fullmatch(number):
        column, fits = "id_number", lambda plain: plain.endswith(number)
    if people.count() > OPENED_MAX:
        return _keys(people.filter(index.match("name", indexes.NAME, said)))
    rows = people.only(column)
    return frozenset(row.pk for row in rows if fits(unseal(row, column).expose()))


def _keys(people: "QuerySet[Person]") -> frozenset[int]:
    return frozenset(people.values_list("pk", flat=True))
