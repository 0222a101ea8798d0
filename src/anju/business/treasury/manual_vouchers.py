"""Manual vouchers: an accountant writes, another one reviews, and only then is anything posted.

What has a sub-ledger of members or loans moves by its own business, never by hand: those subjects
are not offered. Money that waits (119, 219) is written with the name of whom it concerns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from anju import ledger, policy
from anju.business.treasury import bank_accounts
from anju.business.treasury.books import reader
from anju.business.treasury.models import ManualLine, ManualVoucher
from anju.business.treasury.two_people import NotNow, keep, names_of
from anju.cases.records import NotYours
from anju.domain.vouchers import SUSPENSE, GlLine, SuspenseLine, Voucher
from anju.ledger import LedgerRefusal, books
from anju.ledger.books import Subject
from anju.ledger.details import DEPOSITS, subject_of
from anju.parties.facts import staff_ref
from anju.store import audit, references

LINES_MAX: Final = 40
SUMMARY_MAX, NOTE_MAX, COUNTERPARTY_MAX = 100, 200, 80
ATTACHMENTS_MAX: Final = 999
OWN_DOORS: Final = ("201", "121", "122", "11901", "11902", "21901", "21902", "21905")
"""Members', loans', employers', orders' and receipts' money: it moves by its business alone."""
PAGE: Final = 50
STATES: Final = {
    "submitted": "待复核",
    "posted": "已记账",
    "rejected": "已退回",
    "withdrawn": "已撤回",
}
_REFUSED = {
    "ledger.insufficient": "往来余额不足：冲减的金额大于该对方单位现有的余额。",
    "ledger.day_sealed": "营业日正在切换，请稍后再试。",
}


@dataclass(frozen=True)
class LineDraft:
    """One line as typed: fen on one side, none on the other."""

    subject: str
    debit: int = 0
    credit: int = 0
    counterparty: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a draft, and at which line (from 1); None concerns the whole."""

    line: int | None
    text: str


class DraftRefused(Exception):
    """The draft cannot be a voucher; `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = tuple(problems)


def subjects() -> tuple[Subject, ...]:
    """The subjects a manual voucher may use: the lowest of each branch, without `OWN_DOORS`.

    Under 101 and 102 those are the centre's bank accounts.
    """
    chart = _chart()
    now = policy.current().accounts
    return tuple(
        subject
        for code, subject in chart.items()
        if not code.startswith(OWN_DOORS)
        and (code in now or not code.startswith(DEPOSITS))
        and not any(other != code and other.startswith(code) for other in chart)
    )


def _chart() -> dict[str, Subject]:
    """Every subject by its code, bank accounts below theirs, also those of former times."""
    found = {subject.code: subject for subject in books.subjects()}
    for each in bank_accounts.known().values():
        top = found[each.subject]
        code = str(each.ledger_id)
        found[code] = Subject(code, each.choice, top.side)
    return dict(sorted(found.items()))


def problems(summary: str, attachments: int, lines: Sequence[LineDraft]) -> list[Problem]:
    """Everything that keeps this from being a voucher."""
    found: list[Problem] = []
    if not summary.strip():
        found.append(Problem(None, "请填写摘要。"))
    if len(summary) > SUMMARY_MAX:
        found.append(Problem(None, f"摘要请写在 {SUMMARY_MAX} 字以内。"))
    if not 0 <= attachments <= ATTACHMENTS_MAX:
        found.append(Problem(None, f"附件张数是 0 到 {ATTACHMENTS_MAX} 的整数。"))
    if not 2 <= len(lines) <= LINES_MAX:
        found.append(Problem(None, f"一张凭证有 2 到 {LINES_MAX} 行分录。"))
    allowed = {subject.code for subject in subjects()}
    for at, line in enumerate(lines, 1):
        found.extend(Problem(at, text) for text in _line_problems(line, allowed))
    debit, credit = sum(line.debit for line in lines), sum(line.credit for line in lines)
    if debit != credit:
        found.append(Problem(None, "借方合计和贷方合计不相等。"))
    return found


def _line_problems(line: LineDraft, allowed: set[str]) -> list[str]:
    found = []
    if line.subject not in allowed:
        found.append("请选择一个可以手工记账的末级科目。")
    if (line.debit > 0) == (line.credit > 0) or min(line.debit, line.credit) < 0:
        found.append("借方、贷方填一个大于零的金额，另一个留空。")
    if line.subject.startswith(SUSPENSE) and not line.counterparty.strip():
        found.append("这个科目要写明对方单位或个人。")
    if len(line.counterparty) > COUNTERPARTY_MAX:
        found.append(f"对方请写在 {COUNTERPARTY_MAX} 字以内。")
    return found


def submit(
    staff_id: int,
    *,
    summary: str,
    attachments: int,
    lines: Sequence[LineDraft],
    request_key: str,
    at: datetime,
) -> str:
    """Hand a voucher in for review; gives its reference, the same for the same `request_key`.

    Raises NotYours and DraftRefused.
    """
    reader(staff_id)
    found = problems(summary, attachments, lines)
    if found:
        raise DraftRefused(found)
    with transaction.atomic():
        known = ManualVoucher.objects.filter(request_key=request_key, maker_id=staff_id).first()
        if known is not None:
            return known.reference
        made = ManualVoucher.objects.create(
            reference=references.next("PZ", on=ledger.business_date()),
            request_key=request_key,
            summary=summary.strip(),
            attachments=attachments,
            maker_id=staff_id,
            made_at=at,
        )
        ManualLine.objects.bulk_create(
            ManualLine(
                voucher=made,
                line_no=at_line,
                subject=line.subject,
                counterparty=line.counterparty.strip(),
                amount_fen=line.debit or -line.credit,
            )
            for at_line, line in enumerate(lines, 1)
        )
        _keep("submitted", made, staff_id, at)
    return made.reference


def approve(staff_id: int, reference: str, *, at: datetime) -> int:
    """Post the voucher as it was submitted; gives the number of what was posted.

    Raises NotYours for whoever's work it is not and for an unknown reference, NotNow otherwise.
    """
    with transaction.atomic():
        made = _waiting(staff_id, reference, by_maker=False)
        try:
            posted = ledger.post([_voucher(made, staff_id, at)], key=reference, scope="manual")
        except LedgerRefusal as refusal:
            raise NotNow(_REFUSED.get(refusal.code, f"总账没有接受：{refusal.code}。")) from refusal
        made.voucher_id = posted.voucher_ids[0]
        _decide(made, ManualVoucher.State.POSTED, staff_id=staff_id, at=at)
    return posted.voucher_ids[0]


def reject(staff_id: int, reference: str, *, note: str, at: datetime) -> None:
    """Send the voucher back with a reason; nothing is posted. Raises NotYours, NotNow."""
    note = note.strip()
    if not note or len(note) > NOTE_MAX:
        raise NotNow(f"请写明退回的原因，{NOTE_MAX} 字以内。")
    with transaction.atomic():
        made = _waiting(staff_id, reference, by_maker=False)
        made.note = note
        _decide(made, ManualVoucher.State.REJECTED, staff_id=staff_id, at=at)


def withdraw(staff_id: int, reference: str, *, at: datetime) -> None:
    """Take one's own voucher back before anybody reviewed it. Raises NotYours, NotNow."""
    with transaction.atomic():
        made = _waiting(staff_id, reference, by_maker=True)
        _decide(made, ManualVoucher.State.WITHDRAWN, staff_id=None, at=at)


def _waiting(staff_id: int, reference: str, *, by_maker: bool) -> ManualVoucher:
    reader(staff_id)
    rows = ManualVoucher.objects.select_for_update(of=("self",), no_key=True)
    made = rows.filter(reference=reference).first()
    if made is None:
        raise NotYours
    if made.state != ManualVoucher.State.SUBMITTED:
        raise NotNow(f"这张凭证{STATES[made.state]}，不能再处理。")
    if (made.maker_id == staff_id) is not by_maker:
        text = (
            "只有制单人可以撤回。" if by_maker else "制单人不能复核自己的凭证，请由另一位会计复核。"
        )
        raise NotNow(text)
    return made


def _decide(made: ManualVoucher, state: str, *, staff_id: int | None, at: datetime) -> None:
    made.state, made.checker_id, made.decided_at = state, staff_id, at
    made.save(update_fields=["state", "checker", "decided_at", "note", "voucher_id"])
    _keep(state, made, staff_id or made.maker_id, at)


def _keep(what: str, made: ManualVoucher, staff_id: int, at: datetime) -> None:
    subject = audit.Subject("manual_voucher", made.reference)
    keep(f"books.manual_{what}", staff_id, subject=subject, at=at)


def _gl_line(line: ManualLine) -> GlLine:
    """As the ledger has it: on 101 and 102 the account stands beside its subject."""
    if not line.subject.startswith(DEPOSITS):
        return GlLine(line.subject, line.amount_fen)
    return GlLine(subject_of(int(line.subject)), line.amount_fen, bank_account_id=int(line.subject))


def _voucher(made: ManualVoucher, checker_id: int, at: datetime) -> Voucher:
    lines = list(made.lines.order_by("line_no"))
    return Voucher(
        "manual",
        source_type="manual",
        source_id=made.reference,
        gl=tuple(_gl_line(line) for line in lines),
        suspense=tuple(
            SuspenseLine(line.subject, "manual", line.counterparty, -line.amount_fen, "manual")
            for line in lines
            if line.subject.startswith(SUSPENSE)
        ),
        summary=made.summary,
        maker=staff_ref(made.maker_id),
        checker=staff_ref(checker_id),
        occurred_at=at,
    )


# -- reading ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ManualHead:
    """One manual voucher in a list; amounts in fen."""

    reference: str
    summary: str
    amount: int
    state: str
    state_text: str
    maker: str
    made_at: datetime
    checker: str
    voucher_id: int | None


@dataclass(frozen=True)
class ManualPage:
    """One manual voucher with its lines; `mine` is the maker's own, `waits` may be decided."""

    head: ManualHead
    lines: tuple[tuple[Subject, ManualLine], ...]
    attachments: int
    note: str
    decided_at: datetime | None
    mine: bool
    waits: bool


def page(staff_id: int, reference: str) -> ManualPage:
    """One manual voucher. Raises NotYours for an unknown reference too."""
    reader(staff_id)
    made = ManualVoucher.objects.filter(reference=reference).first()
    if made is None:
        raise NotYours
    names = _chart()
    lines = list(made.lines.order_by("line_no"))
    return ManualPage(
        head=_head(made, sum(max(line.amount_fen, 0) for line in lines), names_of([made])),
        lines=tuple((names[line.subject], line) for line in lines),
        attachments=made.attachments,
        note=made.note,
        decided_at=made.decided_at,
        mine=made.maker_id == staff_id,
        waits=made.state == ManualVoucher.State.SUBMITTED,
    )


def listed(
    staff_id: int, *, state: str = "", before: int | None = None
) -> tuple[tuple[ManualHead, ...], int | None]:
    """Manual vouchers, newest first, and the row before which the next page begins."""
    reader(staff_id)
    rows = ManualVoucher.objects.prefetch_related("lines").order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    people = names_of(shown)
    heads = tuple(
        _head(made, sum(max(line.amount_fen, 0) for line in made.lines.all()), people)
        for made in shown
    )
    return heads, shown[-1].pk if len(found) > PAGE else None


def _head(made: ManualVoucher, amount: int, people: Mapping[int | None, str]) -> ManualHead:
    return ManualHead(
        reference=made.reference,
        summary=made.summary,
        amount=amount,
        state=made.state,
        state_text=STATES[made.state],
        maker=people[made.maker_id],
        made_at=made.made_at,
        checker=people[made.checker_id],
        voucher_id=made.voucher_id,
    )
