from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from anju.store import inbox, outbox
from anju.store.models import InboxMessage
from anju.store.sealing import SealBroken

AT = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
BODY = '{"name": "演示·李华", "result": "ok"}'.encode() + b"\xff\x00"


def receive(message_id="n-1", body=BODY, source="bank"):
    return inbox.receive(source, message_id=message_id, headers={"X-Nonce": "1"}, body=body, at=AT)


@pytest.mark.django_db
def test_a_message_is_kept_once_and_as_it_came():
    first, again = receive(), receive()
    assert first.fresh
    assert not again.fresh
    assert first.id == again.id
    message = InboxMessage.objects.get()
    assert inbox.body(message) == BODY
    assert "演示" not in message.body.token


@pytest.mark.django_db
def test_the_same_id_with_other_words_is_noticed():
    receive()
    assert not receive(body=b"something else").same_body


@pytest.mark.django_db
def test_sources_have_their_own_ids():
    assert receive().id != receive(source="registry").id


@pytest.mark.django_db
def test_a_touched_body_does_not_open():
    one, two = receive("a"), receive("b", b"other")
    first, second = InboxMessage.objects.get(pk=one.id), InboxMessage.objects.get(pk=two.id)
    first.body = second.body
    with pytest.raises(SealBroken):
        inbox.body(first)


@pytest.mark.django_db
def test_work_is_done_once():
    kept = receive()
    assert inbox.waiting("bank") == [kept.id]
    with transaction.atomic():
        message = inbox.work(kept.id)
        inbox.done(message, outcome="settled", at=AT + timedelta(seconds=3))
    assert inbox.waiting("bank") == []
    with transaction.atomic():
        assert inbox.work(kept.id) is None


@pytest.mark.django_db
def test_what_fails_waits_for_a_person():
    kept = receive()
    with transaction.atomic():
        inbox.failed(inbox.work(kept.id), outcome="amount differs", at=AT)
    message = InboxMessage.objects.get()
    assert (message.state, message.outcome) == ("failed", "amount differs")


def test_two_workers_do_not_work_one_message(committing_db):
    kept = receive()

    def other():
        try:
            with transaction.atomic():
                return inbox.work(kept.id)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        assert inbox.work(kept.id) is not None
        assert pool.submit(other).result(timeout=5) is None


def test_a_storm_of_one_notice_is_one_row(committing_db):
    def storm(_):
        try:
            return receive()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(storm, range(32)))
    assert sum(answer.fresh for answer in answers) == 1
    assert InboxMessage.objects.count() == 1


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args, lock FROM procrastinate_jobs")
        return cursor.fetchall()


def test_a_job_is_written_with_its_cause_or_not_at_all(committing_db):
    with transaction.atomic():
        outbox.defer("messages.send_sms", lock="sms", message_id=7)
    assert [(name, lock) for name, _, lock in jobs()] == [("messages.send_sms", "sms")]

    def failing():
        outbox.defer("messages.send_sms", message_id=8)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        failing()
    assert len(jobs()) == 1


def test_a_job_without_a_transaction_is_refused(committing_db):
    with pytest.raises(outbox.NotInTransaction):
        outbox.defer("messages.send_sms", message_id=7)
    assert jobs() == []
