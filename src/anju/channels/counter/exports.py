"""The books leave the hall: as Excel or as a page to print, whole, and written down."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from anju import policy
from anju.business.treasury import books, employer_books, journals, statements
from anju.business.treasury.employer_books import Who
from anju.business.treasury.journals import JournalRow
from anju.business.treasury.reconciliation_facts import DayPage
from anju.channels.counter.shell import draw
from anju.channels.pages import sheets
from anju.channels.pages.sheets import Cell, Column, Kind, Sheet, Sum
from anju.ledger.books import SubjectBalance
from anju.ledger.vouchers import Wanted

FILES = ("xlsx", "pdf")
SIGNERS = ("制表：", "复核：", "会计主管：")


def wanted(request: HttpRequest) -> str:
    """The kind of file that was asked for (`?as=`), empty for a page. Raises Http404."""
    asked = request.GET.get("as", "")
    if asked and asked not in FILES:
        raise Http404
    return asked


def send(
    request: HttpRequest, *parts: Sheet, title: str = "", signers: Sequence[str] = SIGNERS
) -> HttpResponse | FileResponse:
    """The parts as the file that was asked for. One that is too long is refused with a page.

    The notes are those of the first part, and so is the title unless one is given.
    """
    title, notes = title or parts[0].title, parts[0].notes
    kind, user = wanted(request), request.user
    what = " ".join((title, *notes, kind))
    try:
        if kind == "xlsx":
            file = sheets.spreadsheet(parts)
            answer: HttpResponse | FileResponse = FileResponse(
                file, content_type=sheets.SPREADSHEET
            )
        else:
            center = policy.current().identity.name
            drawn = sheets.paper(title, center=center, notes=notes, parts=parts, signers=signers)
            answer = HttpResponse(drawn, content_type="application/pdf")
    except sheets.TooLong:
        most = sheets.PAPER_ROWS_MAX if kind == "pdf" else sheets.ROWS_MAX
        return draw(request, "books_too_long", here="books_trial", status=422, kind=kind, most=most)
    books.exported(user.pk, what, at=request.at)
    name = "-".join((title, *(note.replace(" ", "") for note in notes[:1])))
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=kind == "xlsx", filename=f"{name}.{kind}"
    )
    return answer


def span_notes(since: date, until: date) -> tuple[str, str]:
    """What stands under a table's title."""
    return f"{since} 至 {until}", "单位：元"


LINE_COLUMNS = (
    Column("日期", Kind.DAY, 11),
    Column("凭证号", width=13),
    Column("凭证流水", width=9),
    Column("摘要", width=26),
    Column("业务编号", width=20),
)
"""What every account book says of a line, whatever stands beside it."""
DEBIT_CREDIT = (Column("借方", Kind.MONEY, 17), Column("贷方", Kind.MONEY, 17))
_BALANCE = tuple(
    Column(label, Kind.MONEY, 18) for label in ("期初余额", "本期借方", "本期贷方", "期末余额")
)


def _cells(balance: SubjectBalance) -> tuple[int, int, int, int]:
    return balance.opening, balance.debit, balance.credit, balance.closing


def trial(page: books.TrialPage) -> Sheet:
    """科目余额表."""
    return Sheet(
        "科目余额表",
        span_notes(page.since, page.until),
        (Column("科目", width=12), Column("名称", width=26), Column("方向", width=6), *_BALANCE),
        [
            (
                line.subject.code,
                line.subject.name,
                "借" if line.subject.side == "debit" else "贷",
                *_cells(line),
            )
            for line in page.lines
        ],
        ("本期合计", "一级科目", "", None, page.debit, page.credit, None),
    )


def subject(staff_id: int, code: str, *, since: date, until: date, who: Who | None = None) -> Sheet:
    """日记账 or 明细账, all its lines, or those of an employer. Raises NotYours, LookupError."""
    employer = None if who is None else who.employer_id
    balance, rows, year = books.every_row(
        staff_id, code, since=since, until=until, employer=employer
    )
    name = f"{code} {balance.subject.name}"
    return Sheet(
        f"{journals.title(code)} {code}",
        (
            *span_notes(since, until),
            name if who is None else f"{name} {who.name} {who.uscc}".rstrip(),
        ),
        (
            *LINE_COLUMNS,
            Column("对方科目", width=14),
            *DEBIT_CREDIT,
            Column("借或贷", width=8),
            Column("余额", Kind.MONEY, 18),
        ),
        (_journal_cells(row) for row in rows),
        (year.label, "", "", "", "", "", year.debit, year.credit, year.side, year.standing),
    )  # fmt: skip


def _journal_cells(row: JournalRow) -> Sequence[Cell]:
    """A row of an account book; a sum has its words alone."""
    if row.line is None:
        is_opening = row.label == journals.OPENING
        debit, credit = (None, None) if is_opening else (row.debit, row.credit)
        return Sum((None, "", "", row.label, "", "", debit, credit, row.side, row.standing))
    return (
        row.line.accounting_date, row.line.number, str(row.line.voucher_id), row.label,
        row.line.source_id, row.against, row.debit or None, row.credit or None, row.side,
        row.standing,
    )  # fmt: skip


def employers(staff_id: int, code: str, *, since: date, until: date, text: str) -> Sheet:
    """单位余额表: a subject by employer, the largest first. Raises NotYours, LookupError."""
    total, parts = employer_books.every_employer(
        staff_id, code, since=since, until=until, text=text
    )
    notes = (*span_notes(since, until), f"{code} {total.subject.name}")
    return Sheet(
        f"单位余额表 {code}",
        (*notes, f"单位含“{text}”") if text else notes,
        (Column("单位名称", width=40), Column("统一社会信用代码", width=22), *_BALANCE),
        ((part.who.name, part.who.uscc, *_cells(part.balance)) for part in parts),
        ("合计", "", *_cells(total)),
    )


def general(page: books.GeneralPage) -> Sheet:
    """总账, month by month."""
    subject = page.balance.subject
    return Sheet(
        f"总账 {subject.code}",
        (f"{page.year}年", "单位：元", f"{subject.code} {subject.name}"),
        (
            Column("月份", width=12),
            Column("本月借方", Kind.MONEY, 20),
            Column("本月贷方", Kind.MONEY, 20),
            Column("月末余额", Kind.MONEY, 20),
        ),
        [
            ("年初", None, None, page.balance.opening),
            *((f"{one.month:%Y-%m}", one.debit, one.credit, one.closing) for one in page.months),
        ],
        ("本年合计", page.balance.debit, page.balance.credit, page.balance.closing),
    )


def vouchers(staff_id: int, *, since: date, until: date, wanted: Wanted) -> Sheet:
    """凭证列表, all that is wanted. Raises NotYours."""
    heads = books.every_voucher(staff_id, since=since, until=until, wanted=wanted)
    return Sheet(
        "凭证列表",
        span_notes(since, until),
        (
            Column("凭证流水", width=10),
            Column("凭证号", width=13),
            Column("记账日期", Kind.DAY, 12),
            Column("摘要", width=28),
            Column("来源", width=10),
            Column("业务编号", width=22),
            Column("金额", Kind.MONEY, 18),
            Column("制单", width=14),
            Column("复核", width=14),
        ),
        (
            (
                str(head.voucher_id),
                head.printed_number,
                head.accounting_date,
                head.summary,
                books.SOURCES.get(head.source_type, head.source_type),
                head.source_id,
                head.amount,
                head.maker or "系统",
                head.checker or "",
            )
            for head in heads
        ),
    )


def reconciliation(page: DayPage) -> list[Sheet]:
    """银行存款余额调节表, and beneath it the lines that one side alone has."""
    sheet, account = page.line.sheet, f"{page.line.label or '账户'} {page.line.account}"
    notes = (f"{sheet.on}", account)
    both = Sheet(
        "调节表",
        (*notes, "单位：元"),
        (
            Column("本中心账", width=26),
            Column("金额", Kind.MONEY, 20),
            Column("银行对账单", width=26),
            Column("金额", Kind.MONEY, 20),
        ),
        [
            ("账面余额", sheet.books_fen, "对账单余额", sheet.bank_fen),
            (
                "加：银行已收、我方未收",
                sheet.theirs_in_fen,
                "加：我方已收、银行未收",
                sheet.ours_in_fen,
            ),
            (
                "减：银行已付、我方未付",
                sheet.theirs_out_fen,
                "减：我方已付、银行未付",
                sheet.ours_out_fen,
            ),
        ],
        ("调节后余额", sheet.adjusted_books_fen, "调节后余额", sheet.adjusted_bank_fen),
    )
    columns = (
        Column("日期", Kind.DAY, 12),
        Column("流水或凭证", width=30),
        Column("金额", Kind.MONEY, 20),
        Column("情况", width=10),
    )
    alone = (("银行单方的明细", page.theirs), ("我方单方的明细", page.ours))
    return [
        both,
        *(
            Sheet(title, notes, columns, [(o.on, o.name, o.amount, o.state_text) for o in lines])
            for title, lines in alone
            if lines
        ),
    ]


def voucher(page: books.VoucherPage) -> Sheet:
    """记账凭证, as it is filed."""
    head = page.head
    return Sheet(
        "记账凭证",
        (
            f"{head.accounting_date}",
            f"凭证号 {head.printed_number or '日终编号'}（流水 {head.voucher_id}）",
            f"附件 {page.attachments} 张",
            "单位：元",
        ),
        (
            Column("摘要", width=22),
            Column("科目", width=24),
            Column("明细", width=32),
            Column("借方", Kind.MONEY, 16),
            Column("贷方", Kind.MONEY, 16),
        ),
        [
            (
                head.summary if at == 0 else "",
                f"{named.line.subject.code} {named.line.subject.name}",
                named.detail,
                named.line.debit or None,
                named.line.credit or None,
            )
            for at, named in enumerate(page.lines)
        ],
        (f"合计 {page.in_words}", "", "", head.amount, head.amount),
    )


def voucher_signers(page: books.VoucherPage) -> tuple[str, ...]:
    """Who stands under a voucher."""
    head = page.head
    return (
        f"{page.source} {head.source_id}",
        f"制单：{head.maker or '系统'}",
        f"复核：{head.checker or '—'}",
        "记账：系统",
    )


def statement(page: statements.Statement) -> Sheet:
    """A statement as it is filed, its lines numbered (行次).

    The balance sheet has its two sides beside each other, the others their parts one after another.
    """
    if page.kind is statements.Kind.BALANCE:
        return _two_sided(page)
    rows: list[Sequence[Cell]] = []
    number = 0
    for at, part in enumerate(page.parts):
        rows.append((f"{'一二三四'[at]}、{part.title}", "", None, None))
        for row in part.rows:
            number += 1
            cells = ("　" * (row.level + 1) + row.label, str(number), *row.amounts)
            rows.append(Sum(cells) if row.is_sum else cells)
    return Sheet(
        page.title,
        span_notes(page.since, page.until),
        (
            Column("项目", width=34),
            Column("行次", width=5),
            *(Column(label, Kind.MONEY, 20) for label in page.parts[0].columns),
        ),
        rows,
    )


def _two_sided(page: statements.Statement) -> Sheet:
    """资产负债表: assets on the left, debts and net assets on the right, both sums at the foot."""
    assets, claims = page.parts
    rows = list(itertools.zip_longest(assets.rows[:-1], claims.rows[:-1]))
    numbers = itertools.count(1)
    left = [_side(one, next(numbers) if one else 0) for one, _ in rows]
    foot = _side(assets.rows[-1], next(numbers))
    right = [_side(other, next(numbers) if other else 0) for _, other in rows]
    columns = tuple(
        column
        for part in page.parts
        for column in (
            Column(part.title, width=26),
            Column("行次", width=5),
            *(Column(label, Kind.MONEY, 17) for label in part.columns),
        )
    )
    return Sheet(
        page.title,
        (f"{page.until}", "单位：元"),
        columns,
        [(*one, *other) for one, other in zip(left, right, strict=True)],
        (*foot, *_side(claims.rows[-1], next(numbers))),
    )


def _side(row: statements.Row | None, number: int) -> tuple[Cell, ...]:
    if row is None:
        return ("", "", None, None)
    return ("　" * row.level + row.label, str(number), *row.amounts)
