"""What a row must be by itself: pure, set by set, each problem with a code that stays."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from anju.business.contributions.rosters.columns import (
    BASE,
    FIRST_MONTH,
    HEADINGS,
    ID_NUMBER,
    NAME,
    PHONE,
)
from anju.business.contributions.rosters.rows import Problem, Row
from anju.domain import identifiers
from anju.domain.calendar import add_months
from anju.domain.contribution import clip, month_words, parse_month
from anju.domain.contribution_terms import ContributionTerms
from anju.parties.rules import normalise_name

_HAN_NAME: Final = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003ffff][\u3400-\u9fff·\U00020000-\U0003ffff]{1,29}"
)
_LATIN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z.·'-]{1,49}")


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for every row: the employer's first month, policy's terms, and the day."""

    employer_first_month: date
    terms: ContributionTerms
    on: date

    @property
    def last_month(self) -> date:
        """The last month with which somebody may begin: the one after the last that may be paid.

        Whoever takes up his first job pays from the second month of it on (条例 Art. 17).
        """
        return add_months(self.terms.last_payable(self.on), 1)


def check(rows: Iterable[Row], frame: Frame) -> None:
    """Normalise rows and write down what is wrong with each by itself; `applied_fen` is set."""
    month_problem = lru_cache(maxsize=None)(month_problem_of(frame))
    applied = lru_cache(maxsize=4096)(_base_of(frame))
    on = frame.on
    for row in rows:
        _tidy(row)
        # A cell that could not be taken has its problem already; few rows are asked for that.
        if (problem := _name_problem(row)) and not row.untaken(NAME):
            row.add(*problem)
        says = identifiers.id_number_problem(row.id_number, on)
        if says and not row.untaken(ID_NUMBER):
            row.add(ID_NUMBER, f"id_number.{'wrong' if row.id_number else 'missing'}", says)
        says = identifiers.phone_problem(row.phone)
        if says and not row.untaken(PHONE):
            row.add(PHONE, f"phone.{'wrong' if row.phone else 'missing'}", says)
        problem = month_problem(row.month)
        if problem and not row.untaken(FIRST_MONTH):
            row.add(*problem)
        if row.base_fen:
            row.applied_fen = None if problem else applied(row.base_fen, row.month)
        elif not row.untaken(BASE):
            row.add(BASE, "base.missing", "请填写缴存基数，应大于 0")


def same_number_twice(rows: Iterable[Row]) -> None:
    """Write down where an ID number stood in an earlier row; that one stays good."""
    first: dict[str, int] = {}
    for row in rows:
        if not row.id_number:
            continue
        earlier = first.setdefault(row.id_number, row.number)
        if earlier != row.number:
            says = f"与第 {earlier} 行的证件号码相同，请核对；重复的一行可以移出"
            row.add(ID_NUMBER, "id_number.twice", says)


def _tidy(row: Row) -> None:
    """Numbers as they are stored; most are already."""
    if not row.id_number.isdigit() or len(row.id_number) != 18:
        row.id_number = identifiers.normalise_id_number(row.id_number)
    if not row.phone.isdigit() or len(row.phone) != 11:
        row.phone = identifiers.normalise_phone(row.phone)


def _name_problem(row: Row) -> Problem | None:
    if _HAN_NAME.fullmatch(row.name):
        return None
    row.name = normalise_name(row.name)
    if not row.name:
        return NAME, "name.missing", "请填写姓名"
    if _HAN_NAME.fullmatch(row.name) or _LATIN_NAME.fullmatch(row.name):
        return None
    return NAME, "name.shape", "姓名应为 2 至 30 个汉字，或不少于 2 个字母，不含数字和符号"


def month_problem_of(frame: Frame, called: str = "首次汇缴年月") -> Callable[[str], Problem | None]:
    """Whether somebody may begin with a month, in the employer's and in policy's eyes.

    Months that the employer has remitted already are paid for him afterwards (开户补缴).
    """
    first, last = max(frame.employer_first_month, frame.terms.first_month), frame.last_month

    def problem(text: str) -> Problem | None:
        if not text:
            return FIRST_MONTH, "first_month.missing", f"请填写{called}"
        month = parse_month(text)
        if month < first:
            says = f"不能早于本单位的首次汇缴年月 {month_words(first)}"
            return FIRST_MONTH, "first_month.before_employer", says
        if month > last:
            return FIRST_MONTH, "first_month.ahead", f"不能晚于 {month_words(last)}"
        return None

    return problem


def _base_of(frame: Frame) -> Callable[[int, str], int]:
    limits = lru_cache(maxsize=None)(lambda text: frame.terms.limits(parse_month(text)))

    def applied(base_fen: int, month: str) -> int:
        return clip(base_fen, limits(month))[0]

    return applied


def shown(column: str) -> str:
    """A column's heading, for a page; 整行 where a problem means the whole row."""
    return HEADINGS.get(column, "整行")
