"""What a bank tells of the centre's own accounts when asked: their lines and their balances.

The fields follow the account detail query (BDC113) and the real-time balance (BDC123) of the
national bank settlement application. Every amount is a whole number of fen.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

PAGE_LINES_MAX: Final = 1000
"""No bank tells more lines than this at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One movement on an account as the bank has booked it."""

    account: str
    serial: str
    """The bank host's own number of the movement. With the account, the day, the amount and the
    reversal mark it tells one line from every other."""
    amount_fen: int
    """Positive: came into the account; negative: left it."""
    balance_fen: int
    """What was on the account after it."""
    booked_on: date
    """The day in whose books the bank has it: after its cut-off, the next one."""
    occurred_at: datetime
    counter_account: str
    counter_name: str
    remark: str
    """Of a payment of ours: its order number."""
    summary: str
    reversal: bool
    """The bank undoes a line of its own (冲正)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPage:
    """Some lines of a bank statement, in the bank's order, and where the next page begins."""

    lines: tuple[StatementLine, ...]
    more: str
    """What to ask the next page with; empty after the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBalance:
    """What is on an account at `at`."""

    account: str
    balance_fen: int
    available_fen: int
    """What may leave it now: less where the bank has blocked something."""
    open: bool
    """False for an account that is closed or frozen."""
    at: datetime


class AccountNotOurs(Exception):
    """The bank says that this account is none of the centre's; asking again changes nothing."""


class BankAccounts(Protocol):
    """The asking side of a bank; the same implementation that keeps `BankPayments`.

    Both questions move nothing and may be asked at any time. Only a proved answer is returned.
    """

    def statement(
        self, account: str, *, since: date, until: date, after: str = ""
    ) -> StatementPage:
        """Lines booked from `since` to `until`, both included, beginning after the mark `after`.

        The answer has at most `PAGE_LINES_MAX` lines; the lines of a day are complete only once
        the bank's own day has ended. Raises BankUnreachable and AccountNotOurs.
        """
        ...

    def balance(self, account: str) -> AccountBalance:
        """What is on the account now. Raises BankUnreachable and AccountNotOurs."""
        ...
