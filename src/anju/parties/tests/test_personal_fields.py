"""Sealed columns and blind indexes, on the table that matters most."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from anju import policy
from anju.parties import cards, doors, facts, indexes
from anju.parties.answers import RuleBroken
from anju.parties.models import BankCard, Person
from anju.parties.tests import cast
from anju.store import index, keyring, reveal, rotation
from anju.store.audit import Actor, Subject
from anju.store.fields import seal, sealed_columns, unseal
from anju.store.keyring import Key, Keyring
from anju.store.models import AuditRow
from anju.store.sealing import SealBroken

pytestmark = pytest.mark.django_db


def everything_in(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_nothing_personal_lies_open_in_any_column():
    person = cast.person()
    cards.bind_card(
        person.pk,
        number=cast.CARD,
        bank_code="ccb",
        holder_name="演示·李华",
        same_name_verified=True,
        actor=Actor.system(),
        at=cast.AT,
    )
    written = everything_in("parties_person") + everything_in("parties_bankcard")
    for plain in (cast.id_number(), cast.phone(), "演示", cast.CARD, "19660815"):
        assert plain not in written
        assert plain.encode().hex() not in written


def test_a_row_opens_its_own_columns_only():
    one, two = cast.person(1), cast.person(2)
    assert unseal(one, "id_number").expose() == cast.id_number(1)
    Person.objects.filter(pk=one.pk).update(id_number=two.id_number, phone=two.phone)
    one.refresh_from_db()
    for column in ("id_number", "phone"):
        with pytest.raises(SealBroken):
            unseal(one, column)


def test_a_column_refuses_plain_text():
    person = cast.person()
    person.name = "演示·李华"
    with pytest.raises(TypeError, match="seal"):
        person.save()


def test_the_key_is_drawn_before_the_row_is_sealed():
    with pytest.raises(ValueError, match="next_pk"):
        seal(Person(), "name", "演示·李华")


def test_an_empty_column_opens_as_nothing():
    assert not unseal(cast.person(with_phone=False), "phone")


def test_sealed_columns_are_known_to_rotation():
    assert set(sealed_columns(Person)) == {"name", "id_number", "phone"}
    assert set(sealed_columns(BankCard)) == {"number", "holder_name"}


@pytest.mark.parametrize(
    "typed",
    [
        lambda number: number,
        lambda number: number.lower(),
        lambda number: f" {number[:6]} {number[6:14]}-{number[14:]} ",
        lambda number: "".join(chr(ord(c) + 0xFEE0) for c in number),
    ],
)
def test_a_person_is_found_however_the_number_is_typed(typed):
    person = cast.person()
    assert facts.person_by_id_number(typed(cast.id_number())) == person.pk


def test_an_old_fifteen_digit_number_finds_its_owner():
    person = cast.person()
    number = cast.id_number()
    assert facts.person_by_id_number(number[:6] + number[8:17]) == person.pk


def test_equal_values_of_different_kinds_do_not_show_as_equal():
    assert index.blind_index("person.phone", "x")[0] != index.blind_index("card.number", "x")[0]


# -- keys change ------------------------------------------------------------------------------


def turned(ring, purpose, live_index=None):
    """The ring after a new key took over `purpose`."""
    old = ring.at_work(purpose)
    kid = f"{purpose}-2"
    key = Key(kid, purpose, old.suite, Keyring.fresh().at_work(purpose).secret)
    return Keyring(
        {**ring.keys, kid: key}, {**ring.active, purpose: kid}, live_index or ring.live_index
    )


def reindexed(column):
    indexes.rebuild(column, batch=2)


def second_of(number):
    with pytest.raises(RuleBroken, match="已登记"), transaction.atomic():
        cast.person(number)


def test_a_new_field_key_takes_over_and_old_values_follow():
    people = [cast.person(n) for n in range(1, 6)]
    with keyring.using(turned(keyring.current(), "field")):
        assert unseal(people[0], "id_number").expose() == cast.id_number(1)
        after = 0
        while after is not None:
            after = rotation.reseal(Person, limit=2, after=after)
        for row in Person.objects.all():
            assert row.id_number.token.startswith("v1$field-2$")
        fresh = Person.objects.order_by("pk")
        assert [unseal(row, "id_number").expose() for row in fresh] == [
            cast.id_number(n) for n in range(1, 6)
        ]
        tokens = [row.id_number.token for row in fresh]
        rotation.reseal(Person, limit=100)
        assert [row.id_number.token for row in Person.objects.order_by("pk")] == tokens


def test_index_keys_change_while_every_person_is_found_and_nobody_is_entered_twice():
    """The whole turn: b, change over, a, change back; checked after every step."""
    for n in range(1, 6):
        cast.person(n)
    ring = keyring.current()

    def whole(n):
        for order in range(1, n):
            assert facts.person_by_id_number(cast.id_number(order)) is not None
            second_of(order)

    whole(6)
    ring = turned(ring, "index_b")
    with keyring.using(ring):
        whole(6)  # a holds while b is still under the old key
        cast.person(6)
        reindexed("b")
        whole(7)
    ring = Keyring(ring.keys, ring.active, "b")
    with keyring.using(ring):
        whole(7)
    ring = turned(ring, "index_a")
    with keyring.using(ring):
        whole(7)
        cast.person(7)
        reindexed("a")
        whole(8)
    with keyring.using(Keyring(ring.keys, ring.active, "a")):
        whole(8)


def test_the_live_column_is_not_rebuilt_under_peoples_feet():
    with pytest.raises(ValueError, match="live"):
        reindexed("a")


def test_every_index_column_of_the_room_is_rebuilt():
    listed = {(row.model, f"{row.prefix}_{end}") for row in indexes.INDEXES for end in "ab"}
    there = {
        (model, field.name)
        for model in apps.get_app_config("parties").get_models()
        for field in model._meta.concrete_fields
        if field.name.endswith(("_a", "_b"))
    }
    assert listed == there


def test_all_kinds_of_look_up_survive_a_change_of_keys():
    user, staff = cast.member(), cast.staff(person_id=None)
    cards.bind_card(
        user.person_id,
        number=cast.CARD,
        bank_code="ccb",
        holder_name="演示·李华",
        same_name_verified=True,
        actor=Actor.system(),
        at=cast.AT,
    )
    ring = turned(keyring.current(), "index_b")
    with keyring.using(ring):
        indexes.rebuild("b", batch=1)
    with keyring.using(Keyring(ring.keys, ring.active, "b")):
        for text in ("演示·李华", cast.phone(), cast.id_number()):
            found = facts.search_people(text, actor=Actor.system(), at=cast.AT)
            assert [person.person_id for person in found] == [user.person_id]
        assert doors.found("member", cast.id_number()) == user
        assert doors.found("staff", "teller.one") == staff
        card = index.match("number", indexes.CARD, cast.CARD)
        assert BankCard.objects.filter(card).count() == 1


def test_uniqueness_is_the_databases_in_both_columns():
    one, two = cast.person(1), cast.person(2)
    for column in ("id_number_a", "id_number_b"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=two.pk).update(**{column: getattr(one, column)})


# -- reveal -----------------------------------------------------------------------------------


def show(person, *, reason="核对身份证复印件", actor=None, at=cast.AT):
    return reveal.reveal(
        person,
        "id_number",
        reason=reason,
        actor=actor or Actor.staff(9),
        subject=Subject("person", str(person.pk)),
        case_ref="TQ202611200007",
        at=at,
    )


def test_a_reveal_leaves_its_row_and_the_row_no_number():
    person = cast.person()
    assert show(person) == cast.id_number()
    row = AuditRow.objects.get(action="store.revealed")
    assert (row.actor_id, row.subject_id, row.reason) == (9, str(person.pk), "核对身份证复印件")
    assert row.details == {"table": "parties_person", "column": "id_number"}


def test_nothing_is_shown_without_a_reason_or_without_the_row(monkeypatch):
    person = cast.person()
    with pytest.raises(reveal.ReasonMissing):
        show(person, reason="  ")

    def broken(*_, **__):
        raise RuntimeError("the audit table is away")

    monkeypatch.setattr(reveal.audit, "write", broken)
    with pytest.raises(RuntimeError):
        show(person)


def test_reveals_are_counted_by_the_hour():
    person = cast.person()
    allowed = policy.current().params.reveals_per_hour.on(cast.AT.date()).value
    for _ in range(allowed):
        show(person)
    with pytest.raises(reveal.TooManyReveals) as refused:
        show(person)
    assert refused.value.until == cast.AT + timedelta(hours=1)
    assert AuditRow.objects.filter(action="store.revealed").count() == allowed
    assert show(person, actor=Actor.staff(10)) == cast.id_number()
    assert show(person, at=cast.AT + timedelta(hours=1)) == cast.id_number()
