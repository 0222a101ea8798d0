from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction

from anju import ports
from anju.parties import messages
from anju.parties.models import SmsMessage
from anju.parties.tests import cast
from anju.ports.sms import SmsRefused, SmsUnreachable
from anju.store import outbox
from anju.store.fields import unseal


class Gateway:
    """A gateway that does what it is told and remembers what it was handed."""

    def __init__(self):
        self.trouble = None
        self.carried = []

    def send(self, message_id, *, phone, text):
        self.carried.append((message_id, phone, text))
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture
def gateway():
    made = Gateway()
    with ports.offering("sms", made):
        yield made


def write(person, **more):
    with transaction.atomic():
        return messages.send_sms(
            person.pk, kind="withdrawals.paid", text="您的提取已到账。", at=cast.AT, **more
        )


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'message_id' FROM procrastinate_jobs ORDER BY id")
        return [int(row[0]) for row in cursor.fetchall()]


def state(message_id):
    return SmsMessage.objects.get(pk=message_id)


@pytest.mark.django_db
def test_a_message_is_written_sealed_with_its_job(gateway):
    message_id = write(cast.person())
    row = state(message_id)
    assert row.state == "queued"
    assert cast.phone() not in row.phone.token
    assert jobs() == [message_id]
    assert gateway.carried == []


@pytest.mark.django_db
def test_it_is_carried_with_the_centres_signature(gateway):
    message_id = write(cast.person())
    assert messages.deliver(message_id, at=cast.AT) == "sent"
    (number, phone, text) = gateway.carried[0]
    assert number == state(message_id).number.hex
    assert phone == cast.phone()
    assert text.startswith("【")
    assert text.endswith("】您的提取已到账。")
    assert messages.deliver(message_id, at=cast.AT) == "sent"
    assert len(gateway.carried) == 1


@pytest.mark.django_db
def test_trouble_keeps_it_queued_under_the_same_number_until_tries_are_spent(gateway):
    message_id = write(cast.person())
    gateway.trouble = SmsUnreachable("away")
    assert [messages.deliver(message_id, at=cast.AT) for _ in range(10)] == [
        *["queued"] * 8,
        "given_up",
        "given_up",
    ]
    assert len({number for number, _, _ in gateway.carried}) == 1
    assert len(gateway.carried) == 9
    assert state(message_id).problem == "away"


@pytest.mark.django_db
def test_a_refusal_is_final(gateway):
    message_id = write(cast.person())
    gateway.trouble = SmsRefused("no such number")
    assert messages.deliver(message_id, at=cast.AT) == "refused"
    gateway.trouble = None
    assert messages.deliver(message_id, at=cast.AT) == "refused"


@pytest.mark.django_db
def test_what_came_too_late_is_not_sent_and_a_code_does_not_stay(gateway):
    ends = cast.AT + timedelta(minutes=10)
    late, early = (write(cast.person(n), send_before=ends) for n in (1, 2))
    assert messages.deliver(late, at=ends) == "expired"
    assert messages.deliver(early, at=cast.AT) == "sent"
    assert len(gateway.carried) == 1
    for message_id in (late, early):
        assert not unseal(state(message_id), "text")


@pytest.mark.django_db
def test_a_message_to_nobody_is_never_carried(gateway):
    with transaction.atomic():
        message_id = messages.post(person_id=None, phone="", kind="x", text="y", at=cast.AT)
    assert messages.deliver(message_id, at=cast.AT) == "void"
    assert gateway.carried == []


@pytest.mark.django_db
def test_without_a_phone_nothing_is_written(gateway):
    assert write(cast.person(with_phone=False)) is None
    assert not SmsMessage.objects.exists()


@pytest.mark.django_db
def test_the_sweeper_finds_what_was_lost_and_leaves_the_rest(gateway):
    lost, sent = write(cast.person(1)), write(cast.person(2))
    messages.deliver(sent, at=cast.AT)
    assert messages.sweep(cast.AT + timedelta(seconds=60)) == 0
    assert messages.sweep(cast.AT + timedelta(seconds=61)) == 1
    assert jobs() == [lost, sent, lost]


@pytest.mark.django_db
def test_the_sweeper_waits_a_minute_after_an_attempt(gateway):
    message_id = write(cast.person())
    gateway.trouble = SmsUnreachable("away")
    tried = cast.AT + timedelta(minutes=5)
    messages.deliver(message_id, at=tried)
    assert messages.sweep(tried + timedelta(seconds=60)) == 0
    assert messages.sweep(tried + timedelta(seconds=61)) == 1


@pytest.mark.django_db
def test_the_tries_are_ever_further_apart_and_outlast_an_outage_of_three_hours(gateway):
    message_id = write(cast.person())
    gateway.trouble = SmsUnreachable("away")
    tried, minute = [], 0
    while state(message_id).state == "queued":
        at = cast.AT + timedelta(minutes=minute, seconds=minute)
        if minute == 0 or messages.sweep(at):
            messages.deliver(message_id, at=at)
            tried.append(minute)
        minute += 1
    apart = [later - earlier for earlier, later in pairwise(tried)]
    assert apart == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_crash_between_attempt_and_answer_sends_again_under_the_same_number(
    committing_db, gateway
):
    message_id = write(cast.person())
    gateway.trouble = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        messages.deliver(message_id, at=cast.AT)
    assert state(message_id).attempts == 1
    gateway.trouble = None
    assert messages.deliver(message_id, at=cast.AT) == "sent"
    first, second = gateway.carried
    assert first == second


def test_a_message_goes_with_its_cause(committing_db, gateway):
    person = cast.person()
    with pytest.raises(outbox.NotInTransaction):
        messages.send_sms(person.pk, kind="x.y", text="z", at=cast.AT)

    def failing():
        messages.send_sms(person.pk, kind="x.y", text="z", at=cast.AT)
        raise RuntimeError

    SmsMessage.objects.all().delete()
    with pytest.raises(RuntimeError), transaction.atomic():
        failing()
    assert not SmsMessage.objects.exists()
    assert jobs() == []
