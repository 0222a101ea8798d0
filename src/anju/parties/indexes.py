"""Every blind index of this room in one list, so that a change of keys forgets none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db import models

from anju.parties.models import Agent, Appointment, BankCard, Person, User
from anju.store import rotation
from anju.store.fields import unseal

LOGIN: Final = "user.login"
NAME: Final = "person.name"
ID_NUMBER: Final = "person.id_number"
PHONE: Final = "person.phone"
CARD: Final = "card.number"


@dataclass(frozen=True)
class Index:
    """One pair of index columns: what it digests, and from where that can be read again."""

    model: type[models.Model]
    prefix: str
    purpose: str
    plain_of: Callable[[Any], str | None]


def _column(name: str) -> Callable[[Any], str | None]:
    return lambda row: unseal(row, name).expose() or None


def _login(user: User) -> str | None:
    """Members and agents sign in by ID number, staff by user name."""
    if user.kind == User.Kind.MEMBER:
        return unseal(user.person, "id_number").expose()
    if user.kind == User.Kind.AGENT:
        return unseal(user.agent, "id_number").expose()
    return str(user.username)


INDEXES: Final = (
    Index(Person, "name", NAME, _column("name")),
    Index(Person, "id_number", ID_NUMBER, _column("id_number")),
    Index(Person, "phone", PHONE, _column("phone")),
    Index(User, "login", LOGIN, _login),
    Index(Agent, "phone", PHONE, _column("phone")),
    Index(Appointment, "phone", PHONE, _column("phone")),
    Index(BankCard, "number", CARD, _column("number")),
)


def rebuild(column: Literal["a", "b"], *, batch: int = 1000) -> int:
    """Compute one column of every index anew under the key at work; gives the batches taken.

    Run after a new key took over that column, and before look-ups change over to it. May be
    stopped and run again. Raises ValueError when `column` is the live one.
    """
    batches = 0
    for index in INDEXES:
        after: int | None = 0
        while after is not None:
            after = rotation.reindex(
                index.model,
                prefix=index.prefix,
                purpose=index.purpose,
                column=column,
                plain_of=index.plain_of,
                limit=batch,
                after=after,
            )
            batches += 1
    return batches
