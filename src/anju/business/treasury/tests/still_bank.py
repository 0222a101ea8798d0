"""A bank on whose accounts nothing moves, for days that end beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from anju import ports
from anju.domain.calendar import SHANGHAI
from anju.ports.bank import BankUnreachable
from anju.ports.bank_accounts import AccountBalance, StatementPage

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


class StillBank:
    """No lines, no money; `away` gives no answer."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away

    def statement(
        self, account: str, *, since: date, until: date, after: str = ""
    ) -> StatementPage:
        """The port's `statement`."""
        if self.away:
            raise BankUnreachable("away")
        return StatementPage(lines=(), more="")

    def balance(self, account: str) -> AccountBalance:
        """The port's `balance`."""
        return AccountBalance(account=account, balance_fen=0, available_fen=0, open=True, at=AT)


@contextmanager
def beside_a_still_bank(*, away: bool = False) -> Iterator[None]:
    """Whoever asks the bank meets one on whose accounts nothing moves."""
    with ports.offering("bank", StillBank(away=away)):
        yield
