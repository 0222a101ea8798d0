"""What was booked on a day that is not sealed is counted each hour, and missed when it is gone."""

import time
from datetime import timedelta

import psycopg
import pytest

from anju import ledger
from anju.ledger.calls import rows
from anju.ledger.replay import replay, streaming
from anju.ledger.tests.books import AT, DAY, account, post, remittance, sound
from anju.ledger.tests.test_sealing import seal
from anju.ledger.tests.test_verify import as_owner, planted

NEXT = DAY + timedelta(days=1)


PATIENCE_SECONDS = 120


def counted() -> list[int]:
    """A count as it comes."""
    return [each.vouchers for each in ledger.count_open(AT)]


def counts() -> list[int]:
    """A count once nothing older runs: other databases of the server hold it back as well."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        [(reached,)] = rows(
            "SELECT coalesce(max(tx), '1'::xid8) < pg_snapshot_xmin(pg_current_snapshot())"
            " FROM ledger_voucher"
        )
        if reached:
            break
        time.sleep(0.05)
    return counted()


def test_every_voucher_is_counted_once(committed_books):
    member = account(balance=100)
    post(remittance(member, 5))
    assert counts() == [2]
    assert counts() in ([], [0])
    post(remittance(member, 6))
    ledger.flip_day(NEXT)
    post(remittance(member, 7))
    assert counts() == [1, 1], "the day that ended and the open one"
    assert sound()
    seal(DAY)
    assert [each.day for each in ledger.count_open(AT)] in ([], [NEXT])
    assert sound()


def test_what_still_runs_belongs_to_the_next_count(committed_books):
    member = account(balance=100)
    counts()
    running = committed_books.connect("app")
    running.execute("SELECT pg_current_xact_id()")
    post(remittance(member, 5))
    assert counted() in ([], [0]), "a voucher beside it may still come"
    running.commit()
    running.close()
    assert counts() == [1]
    assert sound()


PLANTED = [
    ("DELETE FROM ledger_gl_line WHERE voucher_id = {voucher};"
     " DELETE FROM ledger_member_line WHERE voucher_id = {voucher};"
     " DELETE FROM ledger_voucher WHERE id = {voucher};"
     " UPDATE ledger_account SET balance = balance - 5 WHERE id = {member}"),
    "UPDATE ledger_voucher SET source_id = 'another' WHERE id = {voucher}",
    "UPDATE ledger_voucher SET accounting_date = '2026-11-21' WHERE id = {voucher}",
    "UPDATE ledger_voucher SET id = id + 1000 WHERE id = {voucher}",
    "UPDATE ledger_open_count SET vouchers = vouchers - 1 WHERE no = 1",
    "DELETE FROM ledger_open_count WHERE no = 1",
    "UPDATE ledger_open_count SET tx_until = tx_from WHERE no = 2",
]  # fmt: skip


@pytest.mark.mutants
def test_a_voucher_that_vanished_before_the_seal_is_named(committed_books):
    member = account(balance=100)
    [voucher] = post(remittance(member, 5)).voucher_ids
    counts()
    post(remittance(member, 6))
    counts()
    names = {"member": member, "voucher": voucher}
    missed = [
        sql
        for sql in PLANTED
        if "open count" not in {b.kind for b in planted(committed_books, sql.format(**names))}
    ]
    assert not missed
    assert sound()


@pytest.mark.mutants
def test_a_replay_takes_every_count_again(committed_books):
    member = account(balance=100)
    [voucher] = post(remittance(member, 5)).voucher_ids
    counts()
    post(remittance(member, 6))
    counts()
    ledger.flip_day(NEXT)
    seal(DAY)
    with streaming() as stream:
        assert list(replay(stream)) == []
    missed = []
    for sql in PLANTED[:5]:
        with as_owner(committed_books) as admin:
            admin.execute(sql.format(member=member, voucher=voucher))
            found = {each.kind for each in replay(lambda s, p: admin.execute(s, p))}
        if "open count" not in found:
            missed.append(sql)
    assert not missed


def test_a_day_with_a_voucher_missing_is_not_sealed(committed_books):
    member = account()
    [voucher] = post(remittance(member, 5)).voucher_ids
    counts()
    ledger.flip_day(NEXT)
    with as_owner(committed_books) as admin:
        admin.execute(PLANTED[0].format(member=member, voucher=voucher))
        found = admin.execute("SELECT kind FROM ledger_day_breaks(%s)", [DAY]).fetchall()
    assert found == [("open count",)]
    assert ledger.prove_day(DAY) == ()


def test_nobody_in_the_halls_can_touch_a_count(committed_books):
    counts()
    hall = committed_books.connect("app", autocommit=True)
    for sql in (
        "DELETE FROM ledger_open_count",
        "UPDATE ledger_open_count SET vouchers = 0",
        "TRUNCATE ledger_open_count",
        "INSERT INTO ledger_open_count DEFAULT VALUES",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            hall.execute(sql)
    hall.close()
    owner = committed_books.connect("migrate", autocommit=True)
    with pytest.raises(psycopg.Error, match=r"ledger\.append_only"):
        owner.execute("DELETE FROM ledger_open_count")
    owner.close()
    assert rows("SELECT count(*) FROM ledger_open_count")[0][0] == 1
