"""银行对账: a day of our books beside the bank's statement, break by break, and its sheet.

A day is reconciled once, after both books have closed it, and every day in turn. The statement is
asked for between two transactions; what is kept and what is found commit together.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from anju import ledger, policy, ports
from anju.business.treasury.bank_accounts import id_of
from anju.business.treasury.breaks import open_break
from anju.business.treasury.models import (
    Arrival,
    BankAccount,
    BankLine,
    BooksLine,
    Break,
    LineState,
    PaymentOrder,
    Receipt,
    ReconciledDay,
)
from anju.domain import reconciliation as pure
from anju.domain.money import yuan
from anju.domain.reconciliation import Compared, Finding, Kind, Line, ReconciliationSheet
from anju.ledger import books
from anju.ledger.details import BANK_ACCOUNT, bank_balances, subject_of
from anju.ports.bank_accounts import StatementLine

PAGE = 5000
_NUMBER = re.compile(r"(?=.*[0-9])[A-Za-z0-9]{1,32}")
_WAITS = (Kind.OURS_ONLY, Kind.THEIRS_ONLY, Kind.RETURN_NOT_BOOKED, Kind.RETURN_NOT_THEIRS)
"""Breaks that end by themselves when the other half comes after all."""
KINDS = (*map(str, Kind), "told_otherwise", "vanished", "statement_gap", "balance_differs")
"""Every break that a reconciliation lists."""


class NotYet(Exception):
    """The day cannot be reconciled now; the message says why."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the reconciliation of an account and day says: its sheet, pairs made, breaks by kind."""

    account: str
    sheet: ReconciliationSheet
    matched: int
    breaks: tuple[str, ...]


def reconcile(on: date, *, at: datetime, account: str = "") -> Reconciled:
    """Reconcile one account of the centre for the day `on`: the paying one when none is named.

    A day that was reconciled before is not done again: its sheet is given as it was.

    Raises:
        NotYet: the day is still open in our books, or the day before is to be done first.
        anju.ports.bank.BankUnreachable: the statement could not be had; nothing has happened.
        anju.ports.bank_accounts.AccountNotOurs: the bank knows the account as somebody else's.
    """
    account = account or policy.current().payer_account
    last = ReconciledDay.objects.filter(account=account).order_by("-on").first()
    if last is not None and on <= last.on:
        day = ReconciledDay.objects.filter(account=account, on=on).first()
        if day is None:
            raise NotYet(f"对账自 {last.on} 以前开始的日子之后才有 {on}")
        return Reconciled(account, sheet_of(day), 0, ())
    if on >= ledger.business_date():
        raise NotYet(f"{on} 尚未日终")
    if last is not None and on > last.on + timedelta(days=1):
        raise NotYet(f"须先对 {last.on + timedelta(days=1)} 的账")
    since = on if last is None else last.on
    told = whole_statement(account, since=since, until=on)
    bank_fen = told[-1].balance_fen if told else _balance_after(account, on, at=at)
    with transaction.atomic():
        # Whoever else is at this account has done the day when the lock is had.
        BankAccount.objects.select_for_update(no_key=True).filter(number=account).first()
        done = ReconciledDay.objects.filter(account=account, on=on).first()
        if done is not None:
            return Reconciled(account, sheet_of(done), 0, ())
        return _reconcile(account, on=on, told=told, bank_fen=bank_fen, last=last, at=at)


def whole_statement(account: str, *, since: date, until: date) -> list[StatementLine]:
    """All pages of the statement, in the bank's order."""
    lines: list[StatementLine] = []
    after = ""
    while True:
        page = ports.bank_accounts().statement(account, since=since, until=until, after=after)
        lines += page.lines
        after = page.more
        if not after:
            return lines


def _balance_after(account: str, on: date, *, at: datetime) -> int:
    """What the bank had at the end of a day on which nothing moved, nor on the one before.

    From what it has now; whatever moved since tells with its first line what was there before.
    """
    now = ports.bank_accounts().balance(account).balance_fen
    since, until = on + timedelta(days=1), at.date() + timedelta(days=1)
    later = whole_statement(account, since=since, until=until)
    return later[0].balance_fen - later[0].amount_fen if later else now


def _reconcile(
    account: str,
    *,
    on: date,
    told: list[StatementLine],
    bank_fen: int,
    last: ReconciledDay | None,
    at: datetime,
) -> Reconciled:
    altered = _told_otherwise(account, told, since=on if last is None else last.on, until=on)
    problems = [*altered, *_gaps(told)]
    _keep_theirs(account, told, but={serial for kind, serial, *_ in altered})
    _keep_ours(account, on)
    found = _compare(account, on)
    _note(account, found, at=at)
    day = _day(account, on=on, bank_fen=bank_fen, at=at)
    sheet = sheet_of(day)
    if last is not None and sheet.difference_fen != sheet_of(last).difference_fen:
        change = sheet.difference_fen - sheet_of(last).difference_fen
        note = f"{on} 调节后余额的差额变动 {yuan(change)} 元，没有一笔明细能够解释。"
        problems.append(("balance_differs", f"{on:%Y%m%d}", change, note))
    for kind, number, amount_fen, note in problems:
        open_break(
            kind, None, account=account, order_no=number, amount_fen=abs(amount_fen), note=note,
            at=at,
        )  # fmt: skip
    kinds = (*(str(one.kind) for one in found.findings), *(kind for kind, *_ in problems))
    return Reconciled(account, sheet, len(found.matched), kinds)


_Problem = tuple[str, str, int, str]
"""A break that no pair of lines shows: kind, number, fen, and what is said of it."""


def _told_otherwise(
    account: str, told: list[StatementLine], *, since: date, until: date
) -> list[_Problem]:
    """Lines that the bank told before and tells no more, or tells with another amount."""
    now = {(line.serial, line.amount_fen, line.reversal) for line in told}
    serials = {line.serial for line in told}
    return [
        ("told_otherwise", kept.serial, kept.amount_fen, _ALTERED)
        if kept.serial in serials
        else ("vanished", kept.serial, kept.amount_fen, _VANISHED)
        for kept in BankLine.objects.filter(account=account, booked_on__range=(since, until))
        if (kept.serial, kept.amount_fen, kept.reversal) not in now
    ]


_ALTERED = "银行对同一流水先后给出不同的金额，原先的一笔已留存。"
_VANISHED = "银行先前给出的一笔明细，再查时没有了。"


def _gaps(told: list[StatementLine]) -> list[_Problem]:
    """Where the bank's own lines do not lead from one balance to the next."""
    return [
        (
            "statement_gap",
            line.serial,
            line.balance_fen - before.balance_fen - line.amount_fen,
            f"银行明细在流水 {before.serial} 与 {line.serial} 之间余额不连续。",
        )
        for before, line in pairwise(told)
        if before.balance_fen + line.amount_fen != line.balance_fen
    ]


def _keep_theirs(account: str, told: list[StatementLine], *, but: set[str]) -> None:
    """Keep what is told, but for serials that were told otherwise before: the first words stay."""
    BankLine.objects.bulk_create(
        (
            BankLine(
                account=account,
                serial=line.serial,
                booked_on=line.booked_on,
                amount_fen=line.amount_fen,
                balance_fen=line.balance_fen,
                reversal=line.reversal,
                occurred_at=line.occurred_at,
                # A remark that is no number of an order is somebody's words, and not kept.
                mark=line.remark if _NUMBER.fullmatch(line.remark) else "",
            )
            for line in told
            if line.serial not in but
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )


def _keep_ours(account: str, on: date) -> None:
    ours = id_of(account)
    pages = books.line_batches(
        books.subject(subject_of(ours)),
        since=on,
        until=on,
        # Nobody reads the balances here.
        opening=0,
        at_once=PAGE,
        detail=(BANK_ACCOUNT, ours),
    )
    for page in pages:
        marks = _orders_of({line.source_id for line in page if line.source_type == "case"})
        marks |= _serials_of({line.source_id for line in page if line.source_type == "receipt"})
        BooksLine.objects.bulk_create(
            BooksLine(
                account=account,
                accounting_date=line.accounting_date,
                voucher_id=line.voucher_id,
                line_no=line.line_no,
                amount_fen=line.debit - line.credit,
                mark=line.source_id
                if line.source_type == "order"
                else marks.get(line.source_id, ""),
            )
            for line in page
        )


def _orders_of(references: set[str]) -> dict[str, str]:
    """The order that paid each case: of several, the last that settled."""
    first = PaymentOrder.objects.filter(replaces__isnull=True)
    rows = first.filter(case_reference__in=references).order_by("payment__settled_at", "order_no")
    return dict(rows.values_list("case_reference", "order_no"))


def _serials_of(references: set[str]) -> dict[str, str]:
    """The bank's serial of each receipt: an arrival, and its being taken back, carry the same."""
    rows = Receipt.objects.filter(reference__in=references)
    return dict(rows.values_list("reference", "arrival__serial"))


def _told_of(account: str, rows: Iterable[BankLine]) -> set[str]:
    """Serials among these lines that the bank told us as arrivals."""
    told = Arrival.objects.filter(account=account, serial__in=[row.serial for row in rows])
    return set(told.values_list("serial", flat=True))


def _compare(account: str, on: date) -> Compared:
    ours = [
        Line(
            f"{row.pk}:凭证{row.voucher_id}-{row.line_no}",
            row.accounting_date,
            row.amount_fen,
            row.mark,
        )
        for row in BooksLine.objects.filter(account=account, state=LineState.OPEN)
    ]
    lines = list(BankLine.objects.filter(account=account, state=LineState.OPEN))
    told = _told_of(account, lines)
    theirs = [
        Line(
            f"{row.pk}:流水{row.serial}",
            row.booked_on,
            row.amount_fen,
            row.serial if row.serial in told else row.mark,
            row.reversal,
        )
        for row in lines
    ]
    marks = {line.mark for line in (*ours, *theirs) if line.mark}
    orders = set(PaymentOrder.objects.filter(pk__in=marks).values_list("pk", flat=True))
    done = BooksLine.objects.filter(account=account, mark__in=marks, state=LineState.MATCHED)
    settled = {(mark, fen > 0) for mark, fen in done.values_list("mark", "amount_fen")}
    return pure.compare(ours, theirs, on=on, orders=orders, settled=settled, receipts=told)


def _note(account: str, found: Compared, *, at: datetime) -> None:
    """Keep the pairs, list the findings, and close those whose other half has come."""
    pairs = {_row_of(one): _row_of(other) for one, other in found.matched}
    rows = list(BooksLine.objects.filter(pk__in=pairs))
    for row in rows:
        row.state, row.bank_line = LineState.MATCHED, BankLine(pk=pairs[row.pk])
    BooksLine.objects.bulk_update(rows, ["state", "bank_line"], batch_size=1000)
    BankLine.objects.filter(pk__in=pairs.values()).update(state=LineState.MATCHED)
    numbers = {_number(line) for pair in found.matched for line in pair}
    Break.objects.filter(
        account=account, kind__in=_WAITS, order_no__in=numbers, closed_at=None
    ).update(closed_at=at)
    broken = [finding for finding in found.findings if finding.kind not in _WAITS]
    for model, lines in (
        (BooksLine, (one.ours for one in broken)),
        (BankLine, (one.theirs for one in broken)),
    ):
        keys = [_row_of(line) for line in lines if line is not None]
        model.objects.filter(pk__in=keys, state=LineState.OPEN).update(state=LineState.BROKEN)
    for finding in found.findings:
        _list(account, finding, at=at)


def _list(account: str, finding: Finding, *, at: datetime) -> None:
    lines = [line for line in (finding.ours, finding.theirs) if line is not None]
    order = PaymentOrder.objects.filter(pk=lines[0].mark).first() if lines[0].mark else None
    open_break(
        finding.kind,
        order,
        account=account,
        order_no=_number(lines[0]),
        amount_fen=abs(lines[0].amount_fen),
        note="；".join(
            f"{whose} {line.on} {yuan(line.amount_fen)} 元"
            for whose, line in (("本中心", finding.ours), ("银行", finding.theirs))
            if line is not None
        ),
        at=at,
    )


def _number(line: Line) -> str:
    """What a break is listed under: the order, or else the line itself."""
    return line.mark or line.key.partition(":")[2][:40]


def _row_of(line: Line) -> int:
    return int(line.key.partition(":")[0])


def _day(account: str, *, on: date, bank_fen: int, at: datetime) -> ReconciledDay:
    ours_id = id_of(account)
    booked = bank_balances(since=on, until=on).get(ours_id)
    theirs = BankLine.objects.filter(account=account).exclude(state=LineState.MATCHED)
    ours = BooksLine.objects.filter(account=account).exclude(state=LineState.MATCHED)
    theirs_in, theirs_out = _both_ways(theirs)
    ours_in, ours_out = _both_ways(ours)
    return ReconciledDay.objects.create(
        account=account,
        on=on,
        books_fen=0 if booked is None else booked.closing,
        bank_fen=bank_fen,
        theirs_in_fen=theirs_in,
        theirs_out_fen=theirs_out,
        ours_in_fen=ours_in,
        ours_out_fen=ours_out,
        reconciled_at=at,
    )


def _both_ways(rows: QuerySet[Any]) -> tuple[int, int]:
    sums = rows.aggregate(
        came=Sum("amount_fen", filter=Q(amount_fen__gt=0)),
        left=Sum("amount_fen", filter=Q(amount_fen__lt=0)),
    )
    return sums["came"] or 0, -(sums["left"] or 0)


def sheet_of(day: ReconciledDay) -> ReconciliationSheet:
    """The day's 余额调节表."""
    return ReconciliationSheet(
        on=day.on,
        books_fen=day.books_fen,
        bank_fen=day.bank_fen,
        theirs_in_fen=day.theirs_in_fen,
        theirs_out_fen=day.theirs_out_fen,
        ours_in_fen=day.ours_in_fen,
        ours_out_fen=day.ours_out_fen,
    )
