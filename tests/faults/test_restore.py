"""The database goes back to a second before the bank paid: nothing is paid again (F26)."""

from __future__ import annotations

import os
import random
from argparse import Namespace
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection

from anju import ledger, ports
from anju.business.treasury import actions as treasury
from anju.business.treasury import epoch_proofs, epochs, lost_time, restore
from anju.business.treasury.models import Break, Epoch, LostPayment, Payment
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions
from anju.cases.models import Case
from anju.cases.records import Submitted
from anju.config.clones import CommittingDatabase
from anju.config.commands import restore_check, worker
from anju.ledger.replay import replay, streaming
from anju.ledger.verify import verify
from anju.ports.bank import BankUnreachable
from anju.store import limits
from anju.store.models import AuditRow

from .restoring import StatementBank, archived

RESTORES = int(os.environ.get("RESTORES", "6"))
ONCE = Namespace(concurrency=1, once=True)
CHECK = {"since": None, "let_go": "", "reason": ""}


@dataclass
class House:
    """Members who retire, and what the bank has been asked for them."""

    bank: StatementBank
    members: dict[int, cast.Member] = field(default_factory=dict)
    drafts: dict[int, tuple[str, str]] = field(default_factory=dict)
    hours: int = 0
    database: CommittingDatabase | None = None

    @property
    def at(self):
        return cast.AT + timedelta(minutes=self.hours)

    def arrives(self, order: int) -> None:
        limits.sweep(self.at + timedelta(days=2))
        self.members[order] = cast.member(order)

    def submits(self, order: int) -> str:
        """A new case to the end of its pages; gives its order's number."""
        self.hours += 2
        limits.sweep(self.at + timedelta(days=2))
        who = self.members[order]
        reference = cast.begin(who, at=self.at)
        posted = cast.posted_for(who, reference, 1, at=self.at)
        said = actions.take_step(
            reference, person_id=who.person_id, number=1, posted=posted, at=self.at
        )
        assert said == Submitted(reference), said
        return str(Case.objects.get(reference=reference).order_no)

    def judge(self) -> None:
        """Everybody was paid once, the books say so, and nothing in them is off."""
        paid = Counter(payee for (payee,) in self.bank.rows("SELECT payee FROM movement"))
        for order, who in self.members.items():
            assert paid[cast.card_number(order)] == 1, order
            assert (who.account.state, who.account.balance) == ("closed", 0)
        assert [*verify(), *epoch_proofs.breaks()] == []
        with streaming() as stream:
            assert list(replay(stream)) == []
        booked = ledger.control_total("101")
        opening = sum(cast.BALANCE for _ in self.members)
        moved = self.bank.balance("").balance_fen - 900_000_000
        assert booked == opening + moved, "our books and the bank's moved alike"


@contextmanager
def house(django_db_blocker, tmp_path):
    """An archived server with its halls open, and a bank that is another house."""
    from django.conf import settings as django

    state = Path(django.ENVIRONMENT.state)
    bank = StatementBank(tmp_path / "bank.sqlite")
    with (
        django_db_blocker.unblock(),
        archived(state, django.ENVIRONMENT.center) as (databases, name),
        databases.django_at(name),
        ports.offering("bank", bank),
        ports.offering("sms", bank),
    ):
        cast.open_books()
        cast.turn_to()
        yield databases, House(bank)
        connection.close()


def test_a_restore_to_before_the_bank_paid_pays_nobody_again(
    django_db_blocker, yuncheng, tmp_path, capsys
):
    with house(django_db_blocker, tmp_path) as (server, centre):
        for order in (1, 2, 3, 4):
            centre.arrives(order)
        centre.bank.expect(cast.card_number(2), "lose_reply")
        treasury.send(centre.submits(1), at=centre.at)
        unknown = centre.submits(2)
        treasury.send(unknown, at=centre.at)
        written = centre.submits(3)
        second = server.now()
        # What happens from here on is lost to us, and the bank remembers it.
        treasury.send(written, at=centre.at)
        lost = centre.submits(4)
        treasury.send(lost, at=centre.at)
        requests = centre.bank.requests()

        server.disaster_and_restore(second)
        assert Payment.objects.get(pk=written).status == "written"
        assert not Payment.objects.filter(pk=lost).exists()
        assert worker.run(ONCE) == 3
        assert treasury.send(written, at=centre.at) == "written"
        assert epochs.next_order_no(centre.at).startswith("ZF140802"), "a new life, new numbers"

        assert restore_check.run(Namespace(open=False, **CHECK)) == 1
        assert f"paid, not in these books: {lost}" in capsys.readouterr().out
        assert set(Payment.objects.values_list("status", flat=True)) == {"paid"}
        assert worker.run(ONCE) == 3, "asked, and not yet let go"
        assert restore_check.run(Namespace(open=True, **CHECK)) == 0
        assert worker.run(ONCE) == 0

        again = centre.submits(4)
        assert again != lost
        assert treasury.send(again, at=centre.at) == "paid"
        assert centre.bank.requests() == requests, "the bank was asked to pay nothing since"
        assert LostPayment.objects.get().answers_id == again
        assert AuditRow.objects.filter(action="treasury.payments_opened").count() == 1
        centre.judge()


@pytest.mark.nightly
def test_restores_to_random_seconds_pay_nobody_again(django_db_blocker, yuncheng, tmp_path):
    rng = random.Random(26)
    for number in range(RESTORES):
        place = tmp_path / f"restore-{number}"
        place.mkdir()
        with house(django_db_blocker, place) as (s, c):
            _random_restore(s, c, rng)


def _random_restore(server, centre, rng) -> None:
    people = list(range(1, 7))
    for order in people:
        centre.arrives(order)
        centre.bank.expect(cast.card_number(order), rng.choice(["pay", "lose_reply", "accept"]))
    seconds, todo, sent = [server.now()], list(people), []
    rng.shuffle(todo)
    while todo or sent:
        if todo and (not sent or rng.random() < 0.5):
            sent.append(centre.submits(todo.pop()))
        else:
            treasury.send(sent.pop(rng.randrange(len(sent))), at=centre.at)
        seconds.append(server.now())
    server.disaster_and_restore(rng.choice(seconds))
    centre.bank.turn()
    centre.hours += 60
    assert worker.run(ONCE) == 3
    assert restore.check(at=centre.at).complete
    assert restore.check(at=centre.at, open_payments=True).open
    for order, who in centre.members.items():
        if not Case.objects.filter(person_id=who.person_id).exists():
            centre.submits(order)
    for order_no in list(Payment.objects.values_list("order_id", flat=True)):
        treasury.ask(order_no, at=centre.at)
    centre.judge()


# -- the rules one by one, without a disaster ----------------------------------------------------


@pytest.fixture
def centre(committing_db, yuncheng, tmp_path):
    """A centre whose database does not know the server that it is on."""
    bank = StatementBank(tmp_path / "bank.sqlite")
    with ports.offering("bank", bank), ports.offering("sms", bank):
        cast.open_books()
        cast.turn_to()
        centre = House(bank, database=committing_db)
        centre.arrives(1)
        yield centre


def moved_house(centre: House) -> None:
    """The server is another one; only somebody with every trigger asleep can play that."""
    behind_the_back(centre, "UPDATE treasury_epoch SET timeline = '000000AA'")


def behind_the_back(centre: House, sql: str) -> None:
    with centre.database.connect("admin", autocommit=True) as admin:
        admin.execute("SELECT set_config('search_path', 'yuncheng', false)")
        admin.execute("SET session_replication_role = replica")
        admin.execute(sql)


def test_nothing_leaves_until_the_bank_has_answered_everything(centre, monkeypatch):
    order_no = centre.submits(1)
    moved_house(centre)
    assert epochs.payments_wait()

    def away(*_args, **_more):
        raise BankUnreachable("away")

    with monkeypatch.context() as patched:
        patched.setattr(centre.bank, "query", away)
        done = restore.check(at=centre.at, open_payments=True)
        assert (done.unanswered, done.open, done.complete) == ((order_no,), False, False)
    with monkeypatch.context() as patched:
        patched.setattr(centre.bank, "statement", away)
        done = restore.check(at=centre.at, open_payments=True)
        assert (done.statement_read, done.open) == (False, False)
    assert treasury.send(order_no, at=centre.at) == "written"
    assert centre.bank.requests() == 0
    done = restore.check(at=centre.at, open_payments=True)
    assert (done.asked, done.open, done.epoch) == (1, True, 2)
    assert treasury.send(order_no, at=centre.at) == "paid"
    assert restore.check(at=centre.at).asked == 0, "nothing is asked twice"
    centre.judge()


def paid_in_lost_time(centre, order_no: str, amount: int, *, back: bool = False) -> None:
    with centre.bank._writing() as book:
        for kind in ("payment", "return") if back else ("payment",):
            book.execute(
                "INSERT INTO movement (order_no, payee, kind, amount) VALUES (?, ?, ?, ?)",
                (order_no, cast.card_number(1), kind, amount),
            )


def test_another_amount_to_the_same_account_waits_for_a_person(centre):
    lost = "ZF1408012611200099"
    paid_in_lost_time(centre, lost, 5)
    moved_house(centre)
    assert restore.check(at=centre.at, open_payments=True).open
    order_no = centre.submits(1)
    assert treasury.send(order_no, at=centre.at) == "written"
    assert Payment.objects.get(pk=order_no).next_look_at is None
    assert set(Break.objects.values_list("kind", flat=True)) == {"never_ordered", "contradiction"}
    assert centre.bank.requests() == 0
    told = Namespace(open=False, since=None, let_go=lost, reason="")
    assert restore_check.run(told) == 2, "not without a reason"
    told.reason = "经核实为另一笔业务"
    assert restore_check.run(told) == 0
    assert restore_check.run(told) == 2, "once"
    assert treasury.send(order_no, at=centre.at) == "paid"


def test_what_came_back_or_is_not_ours_is_not_lost(centre):
    paid_in_lost_time(centre, "ZF1408012611200098", 5, back=True)
    paid_in_lost_time(centre, "ZF5328012611200098", 6)
    paid_in_lost_time(centre, "工资", 7)
    moved_house(centre)
    assert restore.check(at=centre.at).lost == ()


def test_an_epoch_rises_above_every_number_that_the_bank_has_seen(centre):
    paid_in_lost_time(centre, "ZF1408072611200001", 5)
    moved_house(centre)
    assert restore.check(at=centre.at).epoch == 8
    assert epochs.next_order_no(centre.at).startswith("ZF140808")


def test_a_crash_between_the_answer_and_the_books_pays_nothing(centre, monkeypatch):
    order_no = centre.submits(1)
    amount = Payment.objects.get(pk=order_no).order.amount_fen
    paid_in_lost_time(centre, "ZF1408012611200097", amount)
    moved_house(centre)
    assert restore.check(at=centre.at, open_payments=True).open

    with monkeypatch.context() as patched:
        patched.setattr(treasury, "take_answer", lambda *_a, **_m: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            treasury.send(order_no, at=centre.at)
    assert LostPayment.objects.get().answers_id == order_no
    assert treasury.send(order_no, at=centre.at) == "paid"
    assert centre.bank.requests() == 0
    centre.judge()


def test_an_epoch_is_opened_once_and_what_was_lost_is_not_forgotten(centre):
    paid_in_lost_time(centre, "ZF1408012611200097", 5)
    moved_house(centre)
    with pytest.raises(IntegrityError, match="epoch_is_fixed"):
        epochs.begin(1 - 1, at=centre.at)
    assert restore.check(at=centre.at, open_payments=True).open
    for change in ({"state": "checking"}, {"timeline": "1"}, {"opened_at": None}):
        with pytest.raises(IntegrityError, match="epoch_is_fixed"):
            Epoch.objects.filter(number=2).update(**change)
    with pytest.raises(IntegrityError, match="epoch_is_fixed"):
        Epoch.objects.filter(number=1).delete()
    with pytest.raises(IntegrityError, match="lost_payment_is_answered"):
        LostPayment.objects.update(amount_fen=6)
    with pytest.raises(IntegrityError, match="lost_payment_is_answered"):
        LostPayment.objects.all().delete()


PLANTED = [
    ("epoch", "UPDATE treasury_epoch SET number = number + 9 WHERE number = 1"),
    ("lost payment", "UPDATE treasury_lostpayment SET amount_fen = amount_fen + 1"),
    ("lost payment", "UPDATE treasury_payment SET status = 'failed'"),
    ("guard trigger", "ALTER TABLE treasury_epoch DISABLE TRIGGER moves"),
    ("guard trigger", "DROP TRIGGER moves ON treasury_lostpayment"),
]


@pytest.mark.mutants
@pytest.mark.parametrize(("kind", "sql"), PLANTED)
def test_what_somebody_changed_behind_the_back_is_named(centre, kind, sql):
    order_no = centre.submits(1)
    paid_in_lost_time(centre, "ZF1408012611200097", Payment.objects.get().order.amount_fen)
    moved_house(centre)
    assert restore.check(at=centre.at, open_payments=True).open
    assert treasury.send(order_no, at=centre.at) == "paid"
    assert list(epoch_proofs.breaks()) == []
    behind_the_back(centre, sql)
    assert kind in {each.kind for each in epoch_proofs.breaks()}


# What guards a restore, taken away one by one: somebody is paid twice, or a test says so.
BLIND = [
    (epochs, "payments_wait", lambda: False),
    (lost_time, "keep", lambda *_args, **_more: None),
    (restore, "_ask_orders", lambda since, at: (0, ())),
]


@pytest.mark.mutants
@pytest.mark.parametrize("taken", BLIND, ids=[name for _, name, _ in BLIND])
def test_a_restore_without_one_of_its_guards_is_noticed(centre, monkeypatch, taken):
    monkeypatch.setattr(*taken)
    with pytest.raises(AssertionError):  # noqa: PT012 - any of these may be the first to see it
        order_no = centre.submits(1)
        amount = Payment.objects.get(pk=order_no).order.amount_fen
        if taken[1] == "_ask_orders":
            centre.bank.expect(cast.card_number(1), "lose_reply")
            assert treasury.send(order_no, at=centre.at) == "unknown"
        else:
            paid_in_lost_time(centre, "ZF1408012611200097", amount)
        moved_house(centre)
        assert treasury.send(order_no, at=centre.at) != "paid"
        restore.check(at=centre.at, open_payments=True)
        assert Payment.objects.get(pk=order_no).status in ("written", "paid")
        treasury.send(order_no, at=centre.at)
        centre.judge()
