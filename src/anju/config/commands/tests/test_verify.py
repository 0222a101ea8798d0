"""`anju verify` says what breaks, and its exit status says whether anything does."""

import argparse
from datetime import date

import pytest

from anju import ledger
from anju.config.commands import verify

PLAIN = argparse.Namespace(replay=False)
REPLAY = argparse.Namespace(replay=True)


@pytest.fixture
def _open_books(committing_db):
    ledger.open_day(date(2026, 11, 20))


@pytest.mark.usefixtures("_open_books")
def test_books_that_hold_exit_with_0(capsys):
    assert verify.run(PLAIN) == 0
    assert "the books hold" in capsys.readouterr().err


@pytest.mark.usefixtures("_open_books")
def test_a_break_is_printed_and_exits_with_1(committing_db, capsys):
    member = ledger.open_account(1, employer_id=2, on=date(2026, 1, 1), key="k")
    owner = committing_db.connect("migrate", autocommit=True)
    owner.execute("UPDATE ledger_account SET balance = 1 WHERE id = %s", [member])
    assert verify.run(PLAIN) == 1
    printed = capsys.readouterr().out
    assert f"balance: account {member}: 1, lines say 0" in printed
    assert "control total: subject 201" in printed


@pytest.mark.usefixtures("_open_books")
def test_a_replay_says_what_it_derived(committing_db, capsys):
    member = ledger.open_account(1, employer_id=2, on=date(2026, 1, 1), key="k")
    assert verify.run(REPLAY) == 0
    assert "replayed 0 vouchers, 0 lines, 1 accounts" in capsys.readouterr().err
    owner = committing_db.connect("migrate", autocommit=True)
    owner.execute("UPDATE ledger_account SET balance = 1 WHERE id = %s", [member])
    assert verify.run(REPLAY) == 1
    assert f"balance: account {member}: stored 1, derived 0" in capsys.readouterr().out
