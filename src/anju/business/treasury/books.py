"""What an accountant sees of the books: balances, the lines behind them, the vouchers behind those.

The books are the centre's, not a branch's: whoever may read them reads all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from anju import ledger
from anju.business.treasury import attachments, bank_accounts, journals
from anju.business.treasury.journals import JournalRow
from anju.cases.records import NotYours
from anju.domain.words import rmb_in_words
from anju.ledger import books, details
from anju.ledger import vouchers as ledger_vouchers
from anju.ledger.books import MonthTotal, Subject, SubjectBalance
from anju.ledger.vouchers import EVERYTHING, VoucherHead, VoucherLine, Wanted
from anju.parties import facts as parties
from anju.parties.facts import StaffFacts
from anju.store import audit

BOOK_ROLES = frozenset({"accountant", "admin"})
"""Whose work the books are."""
BY_EMPLOYER = ("201", "219")
"""First-level subjects whose lines may name an employer."""
PAGE = 50
READ_AT_ONCE = 1_000
SOURCES = {
    "case": "业务",
    "remittance": "汇缴",
    "correction": "错缴更正",
    "employer_refund": "未分摊退款",
    "order": "付款指令",
    "receipt": "来款",
    "account": "个人账户",
    "interest": "年度结息",
    "month": "月度计提",
    "period": "期末结转",
    "transfer": "账户转移",
    "manual": "手工凭证",
    "opening": "期初建账",
    "loan_opening": "期初贷款",
}


@dataclass(frozen=True)
class TrialPage:
    """科目余额表: subjects over a span, and the sums of the first level, in fen."""

    since: date
    until: date
    lines: tuple[SubjectBalance, ...]
    debit: int
    credit: int


@dataclass(frozen=True)
class SubjectPage:
    """日记账 or 明细账: one subject over a span; `next_after` asks for what follows."""

    since: date
    until: date
    title: str
    balance: SubjectBalance
    rows: tuple[JournalRow, ...]
    next_after: str | None


@dataclass(frozen=True)
class GeneralPage:
    """总账: one subject over a year, month by month, up to the business date."""

    year: int
    balance: SubjectBalance
    months: tuple[MonthTotal, ...]
    years: tuple[int, ...]


@dataclass(frozen=True)
class VouchersPage:
    """凭证列表: newest first; `next_before` asks for what came before."""

    since: date
    until: date
    heads: tuple[VoucherHead, ...]
    next_before: int | None


@dataclass(frozen=True)
class NamedLine:
    """A general line with the name of the employer or bank account under which it stands.

    `account` is the bank account's sub-subject, empty where there is none.
    """

    line: VoucherLine
    detail: str
    account: str


@dataclass(frozen=True)
class VoucherPage:
    """记账凭证: a voucher as it is printed; `attachments` are the sheets that belong to it."""

    head: VoucherHead
    lines: tuple[NamedLine, ...]
    in_words: str
    source: str
    attachments: int


def month_so_far() -> tuple[date, date]:
    """The span that is shown when none is asked for: from the first of the business month."""
    today = ledger.business_date()
    return today.replace(day=1), today


def trial(staff_id: int, *, since: date, until: date) -> TrialPage:
    """The subjects that ever moved, over [since, until], 101 and 102 by bank account.

    Raises NotYours.
    """
    reader(staff_id)
    lines = _by_account(books.subject_balances(since=since, until=until), since, until)
    debit, credit = sums_of(lines)
    return TrialPage(since=since, until=until, lines=lines, debit=debit, credit=credit)


def sums_of(lines: Iterable[SubjectBalance]) -> tuple[int, int]:
    """Debits and credits of all subjects together, in fen: those of the first level."""
    top = [line for line in lines if line.subject.is_top]
    return sum(line.debit for line in top), sum(line.credit for line in top)


def _by_account(
    lines: Iterable[SubjectBalance], since: date, until: date
) -> tuple[SubjectBalance, ...]:
    """The lines with each bank account's own below the subject it stands under."""
    names = bank_accounts.known()
    at_banks = [
        replace(balance, subject=_as_subject(number, names[number].label, balance.subject))
        for number, balance in details.bank_balances(since=since, until=until).items()
        if number in names
    ]
    return tuple(sorted((*lines, *at_banks), key=lambda line: line.subject.code))


def _as_subject(number: int, name: str, top: Subject) -> Subject:
    """A bank account as the sub-subject that it is (10101)."""
    return Subject(str(number), name, top.side)


@dataclass(frozen=True)
class _Asked:
    """A subject, a bank account or an employer's part over a span: how it is shown, and which
    lines are its own.
    """

    shown: SubjectBalance
    subject: Subject
    detail: tuple[str, int] | None


def _asked(code: str, *, since: date, until: date, employer: int | None = None) -> _Asked:
    """What a page's code means, and of it an employer's part (0: nobody's). Raises LookupError."""
    if employer is not None:
        if not code.startswith(BY_EMPLOYER):
            raise LookupError(code)
        own = books.subject(code)
        part = details.employer_balance(own, since=since, until=until, employer=employer)
        return _Asked(part, own, (details.EMPLOYER, employer))
    account = bank_accounts.by_code(code)
    if account is None:
        balance = books.subject_balance(code, since=since, until=until)
        return _Asked(balance, balance.subject, None)
    top = books.subject(account.subject)
    nothing = SubjectBalance(top, 0, 0, 0, 0)
    balance = details.bank_balances(since=since, until=until).get(account.ledger_id, nothing)
    named = _as_subject(account.ledger_id, account.label, top)
    return _Asked(replace(balance, subject=named), top, (details.BANK_ACCOUNT, account.ledger_id))


def subject(
    staff_id: int,
    code: str,
    *,
    since: date,
    until: date,
    employer: int | None = None,
    after: str | None = None,
) -> SubjectPage:
    """One subject's lines, or an employer's of it, oldest first.

    Raises NotYours, LookupError, ValueError for `after`.
    """
    reader(staff_id)
    asked = _asked(code, since=since, until=until, employer=employer)
    top, opening = asked.subject, asked.shown.opening
    lines = books.subject_lines(
        top, since=since, until=until, after=after, limit=PAGE + 1, detail=asked.detail,
        opening=opening,
    )  # fmt: skip
    part = journals.part(lines, top, size=PAGE, since=since, after=after, detail=asked.detail)
    rows = list(part.rows)
    if rows and after is None:
        rows.insert(0, journals.opening_row(top, opening))
    if rows and part.next_after is None:
        rows.append(_of_year(asked, code, until, employer))
    return SubjectPage(
        since=since,
        until=until,
        title=journals.title(code),
        balance=asked.shown,
        rows=tuple(rows),
        next_after=part.next_after,
    )


def _of_year(asked: _Asked, code: str, until: date, employer: int | None) -> JournalRow:
    """What the subject moved from the first of January to the end of the span."""
    since = until.replace(month=1, day=1)
    year = _asked(code, since=since, until=until, employer=employer).shown
    return journals.year_row(asked.subject, year)


def general(staff_id: int, code: str, *, year: int) -> GeneralPage:
    """One subject's year. Raises NotYours; LookupError for a subject or year that is not there."""
    reader(staff_id)
    today = ledger.business_date()
    years = range(today.year, ledger.first_day().year - 1, -1)
    if year not in years:
        raise LookupError(year)
    since, until = date(year, 1, 1), min(date(year, 12, 31), today)
    asked = _asked(code, since=since, until=until)
    own = replace(asked.shown, subject=asked.subject)
    return GeneralPage(
        year=year,
        balance=asked.shown,
        months=books.month_totals(own, since=since, until=until, detail=asked.detail),
        years=tuple(years),
    )


def this_year() -> int:
    """The year of the business date."""
    return ledger.business_date().year


def vouchers(
    staff_id: int,
    *,
    since: date,
    until: date,
    wanted: Wanted = EVERYTHING,
    before: int | None = None,
) -> VouchersPage:
    """Vouchers over a span, narrowed to what is wanted. Raises NotYours."""
    reader(staff_id)
    heads = ledger_vouchers.voucher_heads(
        since=since, until=until, wanted=wanted, before=before, limit=PAGE + 1
    )
    return VouchersPage(
        since=since,
        until=until,
        heads=named(heads[:PAGE]),
        next_before=heads[PAGE - 1].voucher_id if len(heads) > PAGE else None,
    )


def every_row(
    staff_id: int, code: str, *, since: date, until: date, employer: int | None = None
) -> tuple[SubjectBalance, Iterator[JournalRow], JournalRow]:
    """A subject over a span, all its rows read as one goes, and its year up to the span's end.

    Of an employer's part of it when one is named. Raises NotYours, LookupError.
    """
    reader(staff_id)
    asked = _asked(code, since=since, until=until, employer=employer)
    top, opening = asked.subject, asked.shown.opening

    def rows() -> Iterator[JournalRow]:
        yield journals.opening_row(top, opening)
        batches = books.line_batches(
            top, since=since, until=until, opening=opening, at_once=READ_AT_ONCE,
            detail=asked.detail,
        )  # fmt: skip
        yield from journals.told(batches, top)
        yield journals.span_row(top, asked.shown)

    return asked.shown, rows(), _of_year(asked, code, until, employer)


def every_voucher(
    staff_id: int, *, since: date, until: date, wanted: Wanted = EVERYTHING
) -> Iterator[VoucherHead]:
    """All vouchers over a span, newest first, read as one goes. Raises NotYours."""
    reader(staff_id)

    def heads() -> Iterator[VoucherHead]:
        before: int | None = None
        while found := ledger_vouchers.voucher_heads(
            since=since, until=until, wanted=wanted, before=before, limit=READ_AT_ONCE
        ):
            yield from named(found)
            before = found[-1].voucher_id

    return heads()


def exported(staff_id: int, what: str, *, at: datetime) -> None:
    """Write down that somebody took a part of the books out of the hall. Raises NotYours.

    `what` names the page, its span and the kind of file; no person's data.
    """
    reader(staff_id)
    audit.write(
        "books.exported",
        at=at,
        actor=audit.Actor.staff(staff_id),
        subject=audit.Subject("books", ""),
        details={"what": what},
    )


def voucher(staff_id: int, voucher_id: int) -> VoucherPage:
    """One voucher. Raises NotYours, LookupError."""
    reader(staff_id)
    unnamed, lines = ledger_vouchers.voucher(voucher_id)
    (head,) = named([unnamed])
    source = (head.source_type, head.source_id)
    employers = {line.employer_id for line in lines if line.employer_id is not None}
    names = parties.employer_names(employers)
    banks = {number: account.label for number, account in bank_accounts.known().items()}
    return VoucherPage(
        head=head,
        lines=tuple(
            NamedLine(
                line,
                names.get(line.employer_id or 0) or banks.get(line.bank_account_id or 0, ""),
                str(line.bank_account_id or ""),
            )
            for line in lines
        ),
        in_words=rmb_in_words(head.amount),
        source=SOURCES.get(head.source_type, head.source_type),
        attachments=attachments.of_sources([source]).get(source, 0),
    )


def named(heads: Iterable[VoucherHead]) -> tuple[VoucherHead, ...]:
    """The vouchers with the names of who made and checked them."""
    listed = tuple(heads)
    names = parties.names_of_refs(ref for head in listed for ref in (head.maker, head.checker))
    return tuple(
        replace(head, maker=names.get(head.maker or ""), checker=names.get(head.checker or ""))
        for head in listed
    )


def reader(staff_id: int) -> StaffFacts:
    """The member of staff, if the books are his work. Raises NotYours."""
    staff = parties.staff_member(staff_id)
    if not staff.is_active or not staff.roles & BOOK_ROLES:
        raise NotYours
    return staff
