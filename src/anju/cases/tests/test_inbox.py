"""A member's own cases and messages."""

from __future__ import annotations

from datetime import timedelta

from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions, facts
from anju.cases.models import Message

AT = cast.AT


def messages(person_id, count):
    for n in range(count):
        Message.objects.create(
            person_id=person_id, at=AT + timedelta(minutes=n), title=f"第 {n} 封", body="演示"
        )


def test_messages_come_newest_first_page_by_page(db):
    who = cast.parties.enrol_person(
        name="演示·李华", id_number=cast.id_number(1), actor=cast.Actor.system(), at=AT
    )
    messages(who.pk, 5)
    first = facts.messages(who.pk, limit=3)
    rest = facts.messages(who.pk, before=first[-1].id, limit=3)
    assert [m.title for m in first + rest] == [f"第 {n} 封" for n in (4, 3, 2, 1, 0)]


def test_reading_is_ones_own(db):
    one, two = (
        cast.parties.enrol_person(
            name=f"演示·李华{n}", id_number=cast.id_number(n), actor=cast.Actor.system(), at=AT
        )
        for n in (1, 2)
    )
    messages(one.pk, 2)
    newest = facts.messages(one.pk)[0]
    actions.mark_read(two.pk, message_id=newest.id, at=AT)
    assert facts.unread(one.pk) == 2
    actions.mark_read(one.pk, message_id=newest.id, at=AT)
    assert facts.unread(one.pk) == 1
    assert facts.messages(one.pk)[0].is_read
    assert facts.unread(two.pk) == 0
