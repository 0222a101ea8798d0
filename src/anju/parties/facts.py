"""What others may know about people and employers: frozen, and masked by type."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from anju.domain import identifiers
from anju.parties import indexes, rules
from anju.parties.models import Agent, BankCard, Employer, Person, User
from anju.store import audit, index
from anju.store.fields import unseal
from anju.store.secrets import MaskedCard, MaskedIdNumber, MaskedName, MaskedPhone, Secret

_FOUND_MAX: Final = 50
_STAFF: Final = "staff:"


class NoCard(LookupError):
    """The person has no bound receiving card."""


@dataclass(frozen=True)
class PersonFacts:
    """A person as halls may show one."""

    person_id: int
    name: MaskedName
    id_number: MaskedIdNumber
    phone: MaskedPhone | None
    id_type: str
    born_on: date
    sex: str
    has_card: bool
    has_login: bool
    has_business_password: bool
    phone_since: datetime | None


@dataclass(frozen=True)
class CardFacts:
    """The bound receiving card; `bound_at` gives its age."""

    card_id: int
    last4: str
    number: MaskedCard
    bank_code: str
    branch_code: str
    holder: MaskedName
    same_name: bool
    bound_at: datetime


@dataclass(frozen=True)
class Payee:
    """What a bank must be told to pay somebody; secrets until the port's adapter takes them."""

    card_id: int
    name: Secret
    id_number: Secret
    card_number: Secret
    bank_code: str
    branch_code: str


@dataclass(frozen=True)
class MemberFacts:
    """A member's login."""

    user_id: int
    person_id: int
    is_active: bool


@dataclass(frozen=True)
class StaffFacts:
    """A member of staff: where, and in which roles."""

    user_id: int
    username: str
    display_name: str
    branch_code: str
    roles: frozenset[str]
    person_id: int | None
    is_active: bool

    @property
    def ref(self) -> str:
        """As the books name him."""
        return staff_ref(self.user_id)


@dataclass(frozen=True)
class EmployerFacts:
    """An employer."""

    employer_id: int
    name: str
    uscc: str
    branch_code: str


def person(person_id: int) -> PersonFacts:
    """A person, masked. Raises Person.DoesNotExist."""
    return _facts(_with_marks(Person.objects.filter(pk=person_id)).get())


def person_by_name(person_id: int) -> tuple[PersonFacts, str]:
    """A person, masked, with the whole name beside it, in one query; see `full_name` for whom.

    Raises Person.DoesNotExist.
    """
    row = _with_marks(Person.objects.filter(pk=person_id)).get()
    return _facts(row), unseal(row, "name").expose()


def people(person_ids: Iterable[int]) -> dict[int, PersonFacts]:
    """Many people at once, masked, in one query; for worklists. Unknown keys are left out."""
    rows = _with_marks(Person.objects.filter(pk__in=set(person_ids)))
    return {row.pk: _facts(row) for row in rows}


def full_name(person_id: int) -> str:
    """The whole name: for the person's own pages, and for staff inside an open case."""
    return unseal(Person.objects.only("name").get(pk=person_id), "name").expose()


def full_names(person_ids: Iterable[int]) -> dict[int, str]:
    """Whole names: of an employer's people, for who acts for it; see `full_name` for others."""
    rows = Person.objects.only("name").filter(pk__in=set(person_ids))
    return {row.pk: unseal(row, "name").expose() for row in rows}


def receiving_card(person_id: int) -> CardFacts | None:
    """The card the person is paid to, or None."""
    card = BankCard.objects.filter(person_id=person_id, state=BankCard.State.BOUND).first()
    if card is None:
        return None
    return CardFacts(
        card_id=card.pk,
        last4=card.last4,
        number=MaskedCard.of(unseal(card, "number")),
        bank_code=card.bank_code,
        branch_code=card.branch_code,
        holder=MaskedName.of(unseal(card, "holder_name")),
        same_name=card.same_name_verified,
        bound_at=card.bound_at,
    )


def payee(person_id: int) -> Payee:
    """Name, ID number and card for a payment order. Raises NoCard."""
    bound = BankCard.objects.select_related("person")
    card = bound.filter(person_id=person_id, state=BankCard.State.BOUND).first()
    if card is None:
        raise NoCard(f"person {person_id} has no bound card")
    return Payee(
        card_id=card.pk,
        name=unseal(card.person, "name"),
        id_number=unseal(card.person, "id_number"),
        card_number=unseal(card, "number"),
        bank_code=card.bank_code,
        branch_code=card.branch_code,
    )


def member_user_of(person_id: int) -> MemberFacts | None:
    """The login of a person, or None."""
    user = User.objects.filter(person_id=person_id, kind=User.Kind.MEMBER).first()
    return None if user is None else MemberFacts(user.pk, user.person_id, user.is_active)


def staff_member(user_id: int) -> StaffFacts:
    """A member of staff. Raises User.DoesNotExist."""
    user = User.objects.get(pk=user_id, kind=User.Kind.STAFF)
    return StaffFacts(
        user_id=user.pk,
        username=user.username,
        display_name=user.display_name,
        branch_code=user.branch_code,
        roles=frozenset(user.roles),
        person_id=user.person_id,
        is_active=user.is_active,
    )


def staff_names(user_ids: Iterable[int]) -> dict[int, str]:
    """The names of members of staff as they are shown, by key."""
    rows = User.objects.filter(pk__in=set(user_ids), kind=User.Kind.STAFF)
    return dict(rows.values_list("pk", "display_name"))


def staff_ref(user_id: int) -> str:
    """How vouchers, sealed days and steps name a member of staff: `staff:12`, whatever he is
    called by then. `names_of_refs` says it to people.
    """
    return f"{_STAFF}{user_id}"


def names_of_refs(refs: Iterable[str | None]) -> dict[str, str]:
    """What people read where a `staff_ref` stands, by reference; a text that is none stands for
    itself, as 系统 does.
    """
    found = {ref for ref in refs if ref}
    users = {ref: int(ref[len(_STAFF) :]) for ref in found if _is_staff_ref(ref)}
    names = staff_names(users.values())
    return {ref: names.get(users.get(ref, 0), ref) for ref in found}


def _is_staff_ref(text: str) -> bool:
    return text.startswith(_STAFF) and text[len(_STAFF) :].isdecimal()


def employer(employer_id: int) -> EmployerFacts:
    """An employer. Raises Employer.DoesNotExist."""
    return _employer(Employer.objects.get(pk=employer_id))


def employer_by_uscc(text: str) -> EmployerFacts | None:
    """The employer with this unified social credit code, in any case and spacing, or None."""
    found = Employer.objects.filter(uscc=text.strip().upper()).first()
    return found and _employer(found)


def employers_by_name(name: str) -> tuple[EmployerFacts, ...]:
    """The employers with exactly this name."""
    rows = Employer.objects.filter(name=name.strip()).order_by("pk")
    return tuple(_employer(one) for one in rows)


def employers(employer_ids: Iterable[int]) -> dict[int, EmployerFacts]:
    """These employers by key; unknown keys are left out."""
    found = Employer.objects.filter(pk__in=list(employer_ids))
    return {one.pk: _employer(one) for one in found}


def _employer(row: Employer) -> EmployerFacts:
    return EmployerFacts(row.pk, row.name, row.uscc, row.branch_code)


def employers_like(text: str) -> tuple[int, ...]:
    """The keys of employers whose name has this in it, or whose code begins with it."""
    said = text.strip()
    found = Employer.objects.filter(
        Q(name__icontains=said) | Q(uscc__startswith=identifiers.normalise_uscc(said))
    )
    return tuple(found.order_by("pk").values_list("pk", flat=True))


def employer_names(employer_ids: Iterable[int]) -> dict[int, str]:
    """The names of these employers by key; unknown keys are left out."""
    found = Employer.objects.filter(pk__in=list(employer_ids))
    return dict(found.values_list("pk", "name"))


def person_by_id_number(text: str) -> int | None:
    """The key of the person with this ID number (15 or 18 digits, any width), or None."""
    number = identifiers.normalise_id_number(text)
    found: int | None = (
        Person.objects.filter(index.match("id_number", indexes.ID_NUMBER, number))
        .values_list("pk", flat=True)
        .first()
    )
    return found


def number_key(text: str) -> int:
    """A number that tells people apart by their ID numbers before anybody is written down.

    It says nothing of the ID number, and stays the same as long as the index's key does.
    """
    number = identifiers.normalise_id_number(text)
    (digest,) = index.live_digests(indexes.ID_NUMBER, [number])
    return int.from_bytes(digest[:8]) >> 1


def search_people(text: str, *, actor: audit.Actor, at: datetime) -> tuple[PersonFacts, ...]:
    """People with exactly this name, ID number or phone; at most 50.

    A query over people leaves an audit row whatever it finds; what was typed does not.
    """
    kind, condition = _condition(text)
    rows = _with_marks(Person.objects.filter(condition).order_by("pk"))
    found = tuple(_facts(row) for row in rows[:_FOUND_MAX])
    searched(kind, [facts.person_id for facts in found], actor=actor, at=at)
    return found


def searched(by: str, found: Iterable[int], *, actor: audit.Actor, at: datetime) -> None:
    """Keep that somebody looked for people by something, and whom it found."""
    audit.write(
        "parties.people_searched",
        at=at,
        actor=actor,
        subject=audit.Subject("people", by),
        details={"by": by, "found": list(found)},
    )


def _condition(text: str) -> tuple[str, index.Q]:
    number, phone = identifiers.normalise_id_number(text), identifiers.normalise_phone(text)
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "id_number", index.match("id_number", indexes.ID_NUMBER, number)
    if re.fullmatch(r"1[0-9]{10}", phone):
        return "phone", index.match("phone", indexes.PHONE, phone)
    return "name", index.match("name", indexes.NAME, rules.normalise_name(text))


def is_oneself(staff_user_id: int, person_id: int) -> bool:
    """Whether a member of staff would be dealing with the own person (never maker nor checker).

    Also true when the tie is only seen in the phone: two logins, one telephone.
    """
    user = User.objects.select_related("person").get(pk=staff_user_id)
    if user.person_id is None:
        return False
    if user.person_id == person_id:
        return True
    phone = unseal(user.person, "phone").expose()
    same = Person.objects.filter(pk=person_id).filter(index.match("phone", indexes.PHONE, phone))
    return bool(phone) and same.exists()


def is_one_of(staff_user_id: int, user_ids: Iterable[int]) -> bool:
    """Whether a member of staff is, by ID number, an agent behind one of these logins."""
    agents = Agent.objects.filter(user_id__in=set(user_ids))
    numbers = {unseal(row, "id_number").expose() for row in agents}
    if not numbers:
        return False
    user = User.objects.select_related("person").get(pk=staff_user_id)
    return user.person is not None and unseal(user.person, "id_number").expose() in numbers


def _with_marks(rows: QuerySet[Person]) -> QuerySet[Person]:
    """Says of every row what the person has, without a query for each."""
    logins = User.objects.filter(person_id=OuterRef("pk"), kind=User.Kind.MEMBER)
    cards = BankCard.objects.filter(person_id=OuterRef("pk"), state=BankCard.State.BOUND)
    return rows.annotate(
        has_card=Exists(cards),
        has_login=Exists(logins),
        has_business_password=Exists(logins.exclude(business_password="")),
    )


def masked_name(row: Model, column: str) -> MaskedName | None:
    """The name that is sealed in a row's column, as a hall may show it; None where none is."""
    name = unseal(row, column)
    return MaskedName.of(name) if name else None


def _facts(row: Any) -> PersonFacts:
    id_number = unseal(row, "id_number")
    plain = id_number.expose()
    phone = unseal(row, "phone")
    return PersonFacts(
        person_id=row.pk,
        name=MaskedName.of(unseal(row, "name")),
        id_number=MaskedIdNumber.of(id_number),
        phone=MaskedPhone.of(phone) if phone else None,
        id_type=row.id_type,
        born_on=identifiers.birth_date(plain),
        sex="男" if int(plain[16]) % 2 else "女",
        has_card=row.has_card,
        has_login=row.has_login,
        has_business_password=row.has_business_password,
        phone_since=row.phone_since,
    )
