"""Small vouchers for the ledger's tests: what a test does not care about has a sensible value."""

import re
from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from anju import ledger
from anju.domain.vouchers import GlLine, MemberLine, Voucher
from anju.ledger.verify import verify

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
BANK = 10101
"""The one bank account of these books."""
_numbers = count(1)


def at_bank(amount: int) -> GlLine:
    """So much more on the bank account."""
    return GlLine("101", amount, bank_account_id=BANK)


def number() -> int:
    """A number no other test of this run has used."""
    return next(_numbers)


def account(*, balance: int = 0, person: int | None = None, employer: int | None = 7) -> int:
    """An account with money of today in it."""
    account_id = ledger.open_account(
        person or 1_000_000 + number(),
        employer_id=employer,
        on=date(2020, 1, 2),
        key=f"a{number()}",
    )
    if balance:
        post(remittance(account_id, balance))
    return account_id


def employer_of(account_id: int) -> int | None:
    """Whose part of 201 an account's money stands on."""
    return ledger.account(account_id).employer_id


def remittance(
    account_id: int, amount: int, *, value_date: date | None = None, carried: int | None = None
) -> Voucher:
    return Voucher(
        "remittance", source_type="test", source_id=number(), occurred_at=AT,
        gl=(at_bank(amount), GlLine("201", -amount, employer_id=employer_of(account_id))),
        members=(
            MemberLine(
                account_id, amount, "remittance", value_date or ledger.business_date(), carried
            ),
        ),
    )  # fmt: skip


def withdrawal(
    account_id: int, amount: int, *, interest: int = 0, value_date: date | None = None
) -> Voucher:
    interest_lines = (GlLine("41101", interest),) if interest else ()
    members = (MemberLine(account_id, -amount, "withdrawal", value_date or ledger.business_date()),)
    return Voucher(
        "withdrawal", source_type="test", source_id=number(), occurred_at=AT,
        gl=(
            *((GlLine("201", amount, employer_id=employer_of(account_id)),) if amount else ()),
            *interest_lines,
            at_bank(-amount - interest),
        ),
        members=members if amount else (),
    )  # fmt: skip


def post(*vouchers: Voucher, key: str | None = None) -> ledger.Posted:
    return ledger.post(vouchers, key=key or f"k{number()}", scope="test")


def listed(members, *, employer=7, source=None) -> ledger.StagedVoucher:
    """An employer's list for a batch: (account, fen, value date) of each member."""
    return ledger.StagedVoucher(
        "remittance", source_type="batch", source_id=source or str(number()), employer_id=employer,
        members=tuple(members), bank_account_id=BANK, summary="汇缴", occurred_at=AT,
    )  # fmt: skip


def announced(vouchers) -> ledger.Announced:
    """What these lists come to."""
    amounts = [amount for each in vouchers for _account, amount, _day in each.members]
    return ledger.Announced(len(vouchers), len(amounts), sum(amounts))


def refused(code: str):
    """`with refused("ledger.totals"):` the ledger says no to what is inside, with this code."""
    return pytest.raises(ledger.LedgerRefusal, match=f"^{re.escape(code)}(:|$)")


def sound() -> bool:
    """The books hold; fails naming what does not."""
    breaks = verify()
    assert not breaks, breaks
    return True
