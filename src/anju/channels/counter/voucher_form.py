"""What an accountant types for a manual voucher: a summary, attachments, and lines of two sides."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from django.http import QueryDict

from anju.business.treasury.manual_vouchers import LINES_MAX, LineDraft, Problem
from anju.domain.money import parse_yuan

ROWS_FIRST, ROWS_MORE = 4, 4
_FIELDS = ("subject", "debit", "credit", "counterparty")


@dataclass
class TypedRow:
    """One line as typed, with what is wrong with it."""

    number: int
    subject: str = ""
    debit: str = ""
    credit: str = ""
    counterparty: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing was typed here: the line is not one."""
        return not any((self.subject, self.debit, self.credit, self.counterparty))


class VoucherForm:
    """The page's fields; `read` gives the draft, `tell` puts the problems beside their fields."""

    def __init__(self, posted: QueryDict | None = None) -> None:
        self.summary = posted.get("summary", "").strip() if posted else ""
        self.attachments = posted.get("attachments", "0").strip() if posted else "0"
        self.request_key = (posted.get("request_key", "") if posted else "") or uuid4().hex
        self.errors: list[str] = []
        self.rows = [self._row(posted, number) for number in range(1, _count(posted) + 1)]

    def _row(self, posted: QueryDict | None, number: int) -> TypedRow:
        if posted is None:
            return TypedRow(number)
        typed = {name: posted.get(f"{name}-{number}", "").strip() for name in _FIELDS}
        return TypedRow(number, **typed)

    def more(self) -> None:
        """Room for more lines."""
        last = len(self.rows)
        for number in range(last + 1, min(last + ROWS_MORE, LINES_MAX) + 1):
            self.rows.append(TypedRow(number))

    @property
    def may_grow(self) -> bool:
        """Whether a voucher may have more lines than there is room for."""
        return len(self.rows) < LINES_MAX

    @property
    def summary_error(self) -> str:
        """What is wrong with the summary, to stand beside it; empty when nothing is."""
        return self._about("摘要")

    @property
    def attachments_error(self) -> str:
        """What is wrong with the number of attachments."""
        return self._about("附件")

    def _about(self, word: str) -> str:
        return next((text for text in self.errors if word in text), "")

    def read(self) -> tuple[int, list[LineDraft]] | None:
        """Attachments and lines; None with errors set when a field is no number."""
        self.rows = [row for row in self.rows if not row.is_empty] or self.rows[:ROWS_FIRST]
        for at, row in enumerate(self.rows, 1):
            row.number = at
        lines = [self._line(row) for row in self.rows if not row.is_empty]
        pages = int(self.attachments) if _is_count(self.attachments) else -1
        if pages < 0:
            self.errors.append("附件张数是一个整数，没有附件请填 0。")
        if len(self.request_key) > 40:
            self.errors.append("页面已失效，请重新打开后再填。")
        if not self.errors and not any(row.errors for row in self.rows):
            return pages, lines
        if not self.summary:
            self.errors.insert(0, "请填写摘要。")
        return None

    def _line(self, row: TypedRow) -> LineDraft:
        amounts = {}
        for side, label in (("debit", "借方"), ("credit", "贷方")):
            typed = getattr(row, side)
            try:
                amounts[side] = parse_yuan(typed) if typed else 0
            except ValueError as error:
                amounts[side] = 0
                row.errors.append(f"{label}：{error}")
        return LineDraft(row.subject, counterparty=row.counterparty, **amounts)

    def tell(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem beside what it concerns."""
        for problem in problems:
            if problem.line is None:
                self.errors.append(problem.text)
            else:
                self.rows[problem.line - 1].errors.append(problem.text)


def _count(posted: QueryDict | None) -> int:
    typed = posted.get("rows", "") if posted else ""
    return min(int(typed), LINES_MAX) if _is_count(typed) and int(typed) else ROWS_FIRST


def _is_count(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) <= 3
