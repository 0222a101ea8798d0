"""What the reconciliation pages show: days, their sheets, lines that are alone, findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from anju.business.treasury import bank_accounts
from anju.business.treasury.books import reader
from anju.business.treasury.every_account import in_order
from anju.business.treasury.facts import KIND_TEXT
from anju.business.treasury.models import BankLine, BooksLine, Break, LineState, ReconciledDay
from anju.business.treasury.models.payments import BREAK_CATEGORIES
from anju.business.treasury.reconciliation import sheet_of
from anju.cases.records import NotYours
from anju.domain.reconciliation import ReconciliationSheet
from anju.parties import facts as parties

PAGE, LINES_MAX = 31, 500
STATES = {"open": "待处理", "resolved": "待复核", "closed": "已关闭"}
CATEGORIES = BREAK_CATEGORIES
_WHICH = {
    "open": Q(closed_at__isnull=True, resolved_by__isnull=True),
    "resolved": Q(closed_at__isnull=True, resolved_by__isnull=False),
    "closed": Q(closed_at__isnull=False),
}


@dataclass(frozen=True)
class AccountChoice:
    """An account of the centre to look at alone: its sub-subject, its number, what it is called.

    `compared` is false for one that neither side has ever had a line of.
    """

    code: str
    number: str
    label: str
    compared: bool


@dataclass(frozen=True)
class SheetLine:
    """A reconciled day of one account in the list; money in fen."""

    account: str
    label: str
    sheet: ReconciliationSheet
    reconciled_at: datetime

    @property
    def on_their_way(self) -> int:
        """What either side alone has, both ways together."""
        sheet = self.sheet
        return sheet.theirs_in_fen + sheet.theirs_out_fen + sheet.ours_in_fen + sheet.ours_out_fen


@dataclass(frozen=True)
class DaysPage:
    """Reconciled days, newest first; how many findings are in each state.

    `account` is the sub-subject of the account that was chosen, empty for all of them.
    """

    accounts: tuple[AccountChoice, ...]
    account: str
    lines: tuple[SheetLine, ...]
    counts: dict[str, int]
    next_before: date | None


@dataclass(frozen=True)
class Alone:
    """A line that one side alone has: ours with its voucher, the bank's with its serial."""

    on: date
    name: str
    amount: int
    state_text: str
    voucher_id: int | None


@dataclass(frozen=True)
class DayPage:
    """One day's sheet, and what of that day and before is without its other half now.

    `sheets` are that day's of every account, this one among them.
    """

    line: SheetLine
    sheets: tuple[SheetLine, ...]
    ours: tuple[Alone, ...]
    theirs: tuple[Alone, ...]


@dataclass(frozen=True)
class BreakRow:
    """A finding, and how far two people are with it; money in fen."""

    id: int
    found_at: datetime
    kind_text: str
    number: str
    account: str
    case_reference: str
    amount: int
    note: str
    state: str
    state_text: str
    category: str
    resolution: str
    sent_back: str
    resolved_by: str
    resolved_at: datetime | None
    closed_by: str
    closed_at: datetime | None


@dataclass(frozen=True)
class BreaksPage:
    """Findings of one state; `next_before` asks for older ones, `account` is as of DaysPage."""

    accounts: tuple[AccountChoice, ...]
    account: str
    rows: tuple[BreakRow, ...]
    counts: dict[str, int]
    next_before: int | None


@dataclass(frozen=True)
class BreakPage:
    """One finding; `asks` is what this person may do: resolve, review or nothing."""

    row: BreakRow
    asks: str


def days(staff_id: int, *, account: str = "", before: date | None = None) -> DaysPage:
    """The reconciled days of one account (10101) or of all, newest first.

    Raises NotYours, LookupError for an account that is none.
    """
    reader(staff_id)
    choices = accounts()
    rows = _of(ReconciledDay.objects.order_by("-on", "account"), choices, account)
    if before is not None:
        rows = rows.filter(on__lt=before)
    # A page ends between two days: all accounts of a day stand on the same one.
    found = list(rows.order_by("-on").values_list("on", flat=True).distinct()[: PAGE + 1])
    shown = found[:PAGE]
    lines = _sheet_lines(rows.filter(on__gte=shown[-1]) if shown else (), choices)
    return DaysPage(
        accounts=choices,
        account=account,
        lines=tuple(sorted(lines, key=lambda line: line.sheet.on, reverse=True)),
        counts=_counts(choices, account),
        next_before=shown[-1] if len(found) > PAGE else None,
    )


def accounts() -> tuple[AccountChoice, ...]:
    """The centre's accounts, the paying one first."""
    compared = set(ReconciledDay.objects.values_list("account", flat=True).distinct())
    return tuple(
        AccountChoice(str(each.ledger_id), each.number, each.choice, each.number in compared)
        for each in in_order()
    )


def _of(rows: QuerySet[Any], choices: tuple[AccountChoice, ...], account: str) -> QuerySet[Any]:
    """Rows of the account that was chosen. Raises LookupError."""
    if not account:
        return rows
    chosen = [each.number for each in choices if each.code == account]
    if not chosen:
        raise LookupError(account)
    return rows.filter(account=chosen[0])


def day(staff_id: int, account: str, on: date) -> DayPage:
    """One account's day. Raises NotYours, also for a day that was not reconciled."""
    reader(staff_id)
    sheets = _sheet_lines(ReconciledDay.objects.filter(on=on), accounts())
    line = next((each for each in sheets if each.account == account), None)
    if line is None:
        raise NotYours
    ours = BooksLine.objects.filter(account=account, accounting_date__lte=on)
    theirs = BankLine.objects.filter(account=account, booked_on__lte=on)
    return DayPage(
        line=line,
        sheets=sheets,
        ours=tuple(
            Alone(
                one.accounting_date,
                one.mark or f"凭证 {one.voucher_id}",
                one.amount_fen,
                LineState(one.state).label,
                one.voucher_id,
            )
            for one in _unmatched(ours, "accounting_date")
        ),
        theirs=tuple(
            Alone(one.booked_on, one.serial, one.amount_fen, LineState(one.state).label, None)
            for one in _unmatched(theirs, "booked_on")
        ),
    )


def _unmatched(rows: QuerySet[Any], by: str) -> QuerySet[Any]:
    return rows.exclude(state=LineState.MATCHED).order_by(by, "pk")[:LINES_MAX]


def _sheet_lines(
    rows: Iterable[ReconciledDay], choices: tuple[AccountChoice, ...]
) -> tuple[SheetLine, ...]:
    """The sheets, in the order of the accounts."""
    order = {each.number: place for place, each in enumerate(choices)}
    labels = {each.number: each.label for each in choices}
    return tuple(
        SheetLine(row.account, labels.get(row.account, ""), sheet_of(row), row.reconciled_at)
        for row in sorted(rows, key=lambda row: order.get(row.account, len(order)))
    )


def breaks(
    staff_id: int, *, state: str, account: str = "", before: int | None = None
) -> BreaksPage:
    """Findings of one state, on one account (10101) or on any, newest first.

    Raises NotYours, LookupError for an account that is none.
    """
    reader(staff_id)
    choices = accounts()
    rows = _of(Break.objects.filter(_WHICH[state]).order_by("-pk"), choices, account)
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: PAGE + 1])
    return BreaksPage(
        accounts=choices,
        account=account,
        rows=_break_rows(found[:PAGE]),
        counts=_counts(choices, account),
        next_before=found[PAGE - 1].pk if len(found) > PAGE else None,
    )


def one_break(staff_id: int, break_id: int) -> BreakPage:
    """One finding. Raises NotYours for an unknown one too."""
    reader(staff_id)
    row = Break.objects.filter(pk=break_id).first()
    if row is None:
        raise NotYours
    (shown,) = _break_rows([row])
    mine = row.resolved_by_id == staff_id
    asks = {"open": "resolve", "resolved": "" if mine else "review", "closed": ""}[shown.state]
    return BreakPage(shown, asks)


def _counts(choices: tuple[AccountChoice, ...], account: str) -> dict[str, int]:
    rows = _of(Break.objects.all(), choices, account)
    return {state: rows.filter(which).count() for state, which in _WHICH.items()}


def _break_rows(rows: list[Break]) -> tuple[BreakRow, ...]:
    who = {key for row in rows for key in (row.resolved_by_id, row.closed_by_id) if key}
    names = parties.staff_names(who)
    labels = {each.number: each.choice for each in bank_accounts.known().values()}
    return tuple(
        BreakRow(
            id=row.pk,
            found_at=row.found_at,
            kind_text=KIND_TEXT[row.kind],
            number=row.order_no,
            account=labels.get(row.account, row.account),
            case_reference=row.case_reference,
            amount=row.amount_fen,
            note=row.note,
            state=(state := _state(row)),
            state_text=STATES[state],
            category=dict(BREAK_CATEGORIES).get(row.category, ""),
            resolution=row.resolution,
            sent_back=row.sent_back,
            resolved_by=names.get(row.resolved_by_id or 0, ""),
            resolved_at=row.resolved_at,
            closed_by=names.get(row.closed_by_id or 0, ""),
            closed_at=row.closed_at,
        )
        for row in rows
    )


def _state(row: Break) -> str:
    if row.closed_at is not None:
        return "closed"
    return "open" if row.resolved_by_id is None else "resolved"
