"""On which terms somebody pays for himself: as they were entered, and what they come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from anju import policy
from anju.cases.declaration import EntryField
from anju.domain.calendar import months_of
from anju.domain.contribution import clip, part
from anju.domain.contribution_terms import Interval
from anju.domain.flexible import PLAN_WORDS, Payments, Plan, plan_problem
from anju.domain.identifiers import card_number_problem

PLANS = tuple((plan.value, words) for plan, words in PLAN_WORDS.items())


@dataclass(frozen=True, slots=True)
class Terms:
    """What is paid, by which plan, from which card; the base in fen. `card` is the whole number."""

    base_fen: int
    ratio: Decimal
    plan: Plan
    months: int
    first_month: date
    debit_day: int
    bank_code: str
    card: str
    agreement_no: str

    @property
    def payments(self) -> Payments:
        """The plan alone."""
        return Payments(self.plan, self.first_month, self.debit_day, self.months)


@dataclass(frozen=True, slots=True)
class MonthAmount:
    """What one month comes to: the base that counts and the amount, in fen."""

    month: date
    base_fen: int
    fen: int


def entry_fields(*, required: bool) -> tuple[EntryField, ...]:
    """The fields of the terms; those of a change may be left empty."""
    must = required
    return (
        EntryField("base", "缴存基数（元）", "money", hint="在缴存基数上下限之间", required=must),
        EntryField("ratio", "缴存比例（%）", "ratio", hint="单位和个人合并，如 20", required=must),
        EntryField("plan", "缴存方式", "choice", PLANS, required=must),
        EntryField("months", "一次性缴存月数", "count", hint="其他方式不填", required=False),
        EntryField("debit_day", "每月扣款日", "count", hint="1 至 28", required=must),
        EntryField("bank", "扣款银行", "bank", required=must),
        EntryField("card", "扣款银行卡号", "text", hint="本人的一类借记卡", required=must),
        EntryField("agreement_no", "银行代扣协议号", "text", hint="与银行签的", required=must),
    )


def tidied(answers: Mapping[str, str]) -> dict[str, str]:
    """Numbers without blanks."""
    numbers = {code: "".join(answers[code].split()) for code in ("card", "agreement_no")}
    return {**answers, **numbers}


def mistakes(answers: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the terms by themselves, by field; nothing is asked of policy."""
    found: dict[str, str] = {}
    card = card_number_problem(answers["card"])
    if card:
        found["card"] = card
    months, day = int(answers["months"] or 0), int(answers["debit_day"])
    plan = plan_problem(answers["plan"], months=months, debit_day=day)
    if plan:
        found["debit_day" if plan.startswith("扣款日") else "months"] = plan
    return found


def mistakes_of_change(answers: Mapping[str, str]) -> dict[str, str]:
    """The same of a change, where whatever is empty stays as it is."""
    found = card_number_problem(answers["card"]) if answers["card"] else None
    return {"card": found} if found else {}


def of_answers(answers: Mapping[str, str], *, first_month: date) -> Terms:
    """The terms as they were entered."""
    return Terms(
        base_fen=int(answers["base"]),
        ratio=Decimal(answers["ratio"]),
        plan=Plan(answers["plan"]),
        months=int(answers["months"] or 0),
        first_month=first_month,
        debit_day=int(answers["debit_day"]),
        bank_code=answers["bank"],
        card=answers["card"],
        agreement_no=answers["agreement_no"],
    )


def ratios(on: date, city: Any) -> Interval:
    """The lawful ratios, member and employer in one, of a day."""
    least, most = city.params.flexible_ratio_min, city.params.flexible_ratio_max
    return Interval(least.on(on).value, most.on(on).value)


def month_amounts(
    base_fen: int, ratio: Decimal, first: date, last: date, city: Any
) -> tuple[MonthAmount, ...]:
    """What each month comes to: by its own limits and rounding, rounded once."""
    terms = policy.contribution_terms(city)
    found = []
    for month in months_of(first, last):
        base, _ = clip(base_fen, terms.limits(month))
        fen = part(base, Fraction(ratio), rounding=terms.rounding(month))
        found.append(MonthAmount(month, base, fen))
    return tuple(found)
