"""How money moves when it is paid in."""

from collections.abc import Mapping
from datetime import date, datetime

from anju.domain.vouchers import GlLine, MemberLine, Voucher


def remittance(
    *,
    source_id: str,
    employer_id: int,
    bank_account_id: int,
    amounts: Mapping[int, int],
    value_date: date,
    at: datetime,
) -> Voucher:
    """汇缴: Dr 101 Cr 201, one member line per account (domain paper 6.3, template 001).

    Args:
        source_id: the remittance's own reference.
        employer_id: whose staff are paid for.
        bank_account_id: the centre's account to which the money came.
        amounts: fen by account, all positive.
        value_date: the day from which interest runs.
        at: when it happened.
    """
    total = sum(amounts.values())
    return Voucher(
        kind="remittance",
        source_type="remittance",
        source_id=source_id,
        gl=(
            GlLine("101", total, bank_account_id=bank_account_id),
            GlLine("201", -total, employer_id=employer_id),
        ),
        members=tuple(
            MemberLine(account_id, amount, "remittance", value_date)
            for account_id, amount in sorted(amounts.items())
        ),
        summary="汇缴",
        occurred_at=at,
    )


def opening(
    *,
    source_id: str,
    employer_id: int,
    bank_account_id: int,
    account_id: int,
    amount: int,
    value_date: date,
    at: datetime,
) -> Voucher:
    """期初建账: the balance an account brings along, Dr 101 Cr 201; all of it carried over.

    `bank_account_id` is the centre's account on which that money lies.
    """
    return Voucher(
        kind="opening",
        source_type="opening",
        source_id=source_id,
        gl=(
            GlLine("101", amount, bank_account_id=bank_account_id),
            GlLine("201", -amount, employer_id=employer_id),
        ),
        members=(MemberLine(account_id, amount, "opening", value_date, carried=amount),),
        summary="期初余额",
        occurred_at=at,
    )
