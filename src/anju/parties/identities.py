"""A person's name, ID number and phone put right; what stood before is kept."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from anju.domain import identifiers
from anju.parties import indexes, rules
from anju.parties.answers import RuleBroken
from anju.parties.cards import unbind_card
from anju.parties.models import FormerIdentity, Person, User
from anju.parties.personal import put_id_number, put_name, put_phone
from anju.store import audit
from anju.store.fields import next_pk, seal, unseal
from anju.store.index import set_index


def differing(person_id: int, *, name: str, id_number: str, phone: str) -> tuple[str, ...]:
    """Which of these, where one is given, are others than a person's now. Raises DoesNotExist."""
    person = Person.objects.get(pk=person_id)
    new = {
        "name": rules.normalise_name(name),
        "id_number": identifiers.normalise_id_number(id_number),
        "phone": identifiers.normalise_phone(phone),
    }
    return tuple(
        field for field, text in new.items() if text and unseal(person, field).expose() != text
    )


def change_identity(
    person_id: int,
    *,
    name: str = "",
    id_number: str = "",
    phone: str = "",
    case_ref: str,
    actor: audit.Actor,
    at: datetime,
) -> None:
    """Put another name, ID number or phone, where one is given, in place of a person's.

    Name and number of before are kept with the case. A member's login goes by the new number; the
    card of another name is no longer bound. Raises RuleBroken for a bad number or another
    person's.
    """
    with transaction.atomic():
        person: Person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
        changed = differing(person_id, name=name, id_number=id_number, phone=phone)
        if {"name", "id_number"} & {*changed}:
            _keep(person, case_ref, at)
        if "name" in changed:
            put_name(person, name)
            unbind_card(person_id, actor=actor, at=at)
        if "id_number" in changed:
            put_id_number(person, id_number, on=localdate(at))
        if "phone" in changed:
            put_phone(person, phone, at=at)
        try:
            with transaction.atomic():
                person.save()
                if "id_number" in changed:
                    _put_login(person_id, identifiers.normalise_id_number(id_number))
        except IntegrityError as error:
            raise RuleBroken("该证件号码已登记在另一人名下") from error
        audit.write(
            "parties.identity_changed",
            at=at,
            actor=actor,
            subject=audit.Subject("person", str(person_id)),
            details={"changed": list(changed), "case": case_ref},
        )


def _put_login(person_id: int, number: str) -> None:
    for user in User.objects.filter(person_id=person_id, kind=User.Kind.MEMBER):
        set_index(user, "login", indexes.LOGIN, number)
        user.save(update_fields=["login_a", "login_b"])


def _keep(person: Person, case_ref: str, at: datetime) -> None:
    former = FormerIdentity(
        pk=next_pk(FormerIdentity), person=person, case_ref=case_ref, until=at,
    )  # fmt: skip
    seal(former, "name", unseal(person, "name").expose())
    seal(former, "id_number", unseal(person, "id_number").expose())
    former.save(force_insert=True)
