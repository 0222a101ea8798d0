"""`anju reconcile`: the sheet and the breaks of a day, and what the exit status says."""

from __future__ import annotations

from datetime import timedelta

from anju import ports
from anju.business.treasury.tests.test_reconciliation import DAY, PAY, books  # noqa: F401
from anju.config.commands import reconcile


class _Arguments:
    on = None


def test_a_day_that_fits_is_zero_and_one_that_does_not_is_one(books, clock, capsys):  # noqa: F811
    books.both(50_000)
    books.bank.moves(-PAY, books.day, "BANK0000000001")
    _Arguments.on = DAY
    assert reconcile.run(_Arguments()) == 2
    _Arguments.on = None
    books.next_day()
    clock.advance(days=1)
    with ports.offering("clock", clock):
        assert reconcile.run(_Arguments()) == 1
        said = capsys.readouterr()
        assert "never_ordered\t1" in said.out
        assert "银行对账单余额" in said.out
        assert f"{DAY} 14050100000000000001: 1 matched, 1 breaks" in said.err
        assert reconcile.run(_Arguments()) == 0
    _Arguments.on = DAY + timedelta(days=5)
    assert reconcile.run(_Arguments()) == 2
