"""登记簿: what came in, what came back, whose accounts moved, as tables that leave the hall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from anju.business.treasury import voucher_parts
from anju.business.treasury.daybook import Daybook
from anju.business.treasury.journals import JournalRow
from anju.business.treasury.receipt_facts import ReceiptLine
from anju.business.treasury.return_facts import ReturnLine
from anju.channels.counter.exports import DEBIT_CREDIT, LINE_COLUMNS, span_notes
from anju.channels.pages.sheets import Cell, Column, Kind, Sheet, Sum
from anju.domain.calendar import SHANGHAI


def receipts(lines: Iterable[ReceiptLine], *, what: str, on: date) -> Sheet:
    """来款登记簿: receipts of one state, with payers masked as on the screen."""
    return Sheet(
        f"来款登记簿 {what}",
        (f"截至 {on}", "单位：元"),
        (
            Column("编号", width=18),
            Column("到账日期", Kind.DAY, 12),
            Column("付款人", width=16),
            Column("金额", Kind.MONEY, 18),
            Column("状态", width=10),
            Column("账龄（天）", width=10),
            Column("对应款项", width=34),
        ),
        (
            (
                line.reference,
                line.booked_on,
                line.payer,
                line.amount,
                line.state_text,
                "" if line.days is None else str(line.days),
                line.meets,
            )
            for line in lines
        ),
    )


def returns(lines: Iterable[ReturnLine], *, what: str, on: date) -> Sheet:
    """退票登记簿: returned payments of one state, with payees masked as on the screen."""
    return Sheet(
        f"退票登记簿 {what}",
        (f"截至 {on}", "单位：元"),
        (
            Column("原付款指令", width=26),
            Column("业务编号", width=18),
            Column("收款人", width=14),
            Column("金额", Kind.MONEY, 16),
            Column("退回日期", Kind.DAY, 12),
            Column("账龄（天）", width=10),
            Column("原因", width=26),
        ),
        ((line.order_no, line.case_reference, str(line.payee), line.amount, *_since(line.since, on),
          line.why) for line in lines),
    )  # fmt: skip


def _since(at: datetime | None, on: date) -> tuple[date | None, str]:
    """The day of an instant, and how many days ago that was."""
    if at is None:
        return None, ""
    day = at.astimezone(SHANGHAI).date()
    return day, str(max((on - day).days, 0))


def parts(staff_id: int, voucher_id: int) -> Sheet:
    """个人明细 of a voucher, all of it. Raises NotYours, LookupError."""
    head, found = voucher_parts.every(staff_id, voucher_id)
    return Sheet(
        "个人明细",
        (f"{head.accounting_date}", f"凭证流水 {head.voucher_id}", "单位：元"),
        (
            Column("账户流水", width=14),
            Column("姓名", width=16),
            Column("起息日", Kind.DAY, 12),
            Column("增加", Kind.MONEY, 16),
            Column("减少", Kind.MONEY, 16),
            Column("余额", Kind.MONEY, 18),
        ),
        (
            (
                str(one.part.account_id),
                one.name,
                one.part.value_date,
                one.part.amount if one.part.amount > 0 else None,
                one.reduced if one.reduced > 0 else None,
                one.part.balance_after,
            )
            for one in found
        ),
    )


def day_book(book: Daybook) -> Sheet:
    """序时账, all of it."""
    return Sheet(
        "序时账",
        span_notes(book.since, book.until),
        (*LINE_COLUMNS, Column("科目", width=28), *DEBIT_CREDIT),
        (_booked(row, book.names) for row in book.rows),
        ("本期合计", "", "", "", "", "", book.debit, book.credit),
    )


def _booked(row: JournalRow, names: Mapping[str, str]) -> Sequence[Cell]:
    if row.line is None:
        return Sum((None, "", "", row.label, "", "", row.debit, row.credit))
    code = row.line.subject
    return (
        row.line.accounting_date, row.line.number, str(row.line.voucher_id), row.label,
        row.line.source_id, f"{code} {names.get(code, '')}", row.debit or None, row.credit or None,
    )  # fmt: skip
