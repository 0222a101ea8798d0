"""A real worker on connections of its own: what it defers belongs to the work it does."""

from __future__ import annotations

from argparse import Namespace

import pytest
from django.db import connection, transaction

from anju import policy, ports
from anju.business.treasury.models import BankAccount
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import MemoryBank
from anju.config.commands import worker
from anju.store import outbox


class Gateway:
    """A gateway that keeps what it was given."""

    def __init__(self):
        self.texts = []

    def send(self, message_id, *, phone, text):
        self.texts.append(text)


@pytest.fixture
def jobs():
    """procrastinate's app, which forgets the test's own task afterwards."""
    from procrastinate.contrib.django import app

    yield app
    app.tasks.pop("tests.roll_back", None)


def work():
    assert worker.run(Namespace(concurrency=1, once=True)) == 0


def deferred(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [name])
        return cursor.fetchone()[0]


def test_a_job_deferred_in_work_that_is_rolled_back_was_never_there(committing_db, jobs):
    cast.open_books()

    @jobs.task(name="tests.roll_back")
    def roll_back() -> None:
        with transaction.atomic():
            outbox.defer("treasury.ask", order_no="ZF0")
            transaction.set_rollback(True)

    with transaction.atomic():
        outbox.defer("tests.roll_back")
    work()
    assert deferred("tests.roll_back") == 0, "worked and forgotten"
    assert deferred("treasury.ask") == 0
    named = {each.ledger_id for each in policy.current().accounts.values()}
    kept = set(BankAccount.objects.values_list("ledger_id", flat=True))
    assert kept == named, "from the worker's start on"


def test_a_worker_pays_and_tells_the_member(committing_db, yuncheng_policy):
    bank, gateway = MemoryBank(), Gateway()
    with ports.offering("bank", bank), ports.offering("sms", gateway):
        cast.open_books()
        who = cast.member()
        cast.turn_to()
        reference = cast.submit(who)
        work()
    assert cast.case(reference).state == "completed"
    assert sum(bank.paid.values()) == cast.BALANCE + cast.INTEREST
    assert any(reference in text and "办结" in text for text in gateway.texts)


@pytest.fixture
def yuncheng_policy(city):
    return city("yuncheng")
