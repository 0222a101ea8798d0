"""A person's name, ID number and phone: looked at, sealed and indexed, in memory."""

from datetime import date, datetime

from anju.domain import identifiers
from anju.parties import indexes, rules
from anju.parties.answers import RuleBroken
from anju.parties.models import Person
from anju.store.fields import seal
from anju.store.index import set_index


def require(problem: str | None) -> None:
    """Raises RuleBroken with the problem, if there is one."""
    if problem is not None:
        raise RuleBroken(problem)


def put_name(person: Person, name: str) -> None:
    """Give a person a name. Raises RuleBroken for none."""
    tidy = rules.normalise_name(name)
    require(None if tidy else "请填写姓名")
    _put(person, "name", indexes.NAME, tidy)


def put_id_number(person: Person, id_number: str, *, on: date) -> None:
    """Give a person an ID number. Raises RuleBroken for one that cannot be."""
    number = identifiers.normalise_id_number(id_number)
    require(identifiers.id_number_problem(number, on))
    _put(person, "id_number", indexes.ID_NUMBER, number)


def put_phone(person: Person, phone: str, *, at: datetime) -> None:
    """Give a person a mobile number, from now on. Raises RuleBroken for one that cannot be."""
    number = identifiers.normalise_phone(phone)
    require(identifiers.phone_problem(number))
    _put(person, "phone", indexes.PHONE, number)
    person.phone_since = at


def _put(person: Person, field: str, kind: str, text: str) -> None:
    seal(person, field, text)
    set_index(person, field, kind, text)
