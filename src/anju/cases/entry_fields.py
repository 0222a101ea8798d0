"""What is entered: its shape looked at, kept sealed with its case, and said again in words."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from anju import policy
from anju.cases.declaration import Answers, Entry, EntryField
from anju.cases.models import Case
from anju.cases.records import Mistakes
from anju.domain.contribution import ratio_words
from anju.domain.half_width import half_width
from anju.domain.money import parse_yuan, yuan
from anju.store.fields import seal, unseal

_TEXT_MAX = {"text": 100, "long_text": 500}
_COUNT = re.compile(r"[0-9]{1,7}")
_PER_CENT = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2})?)%?")


class _Unfit(Exception):
    """What was typed has not the field's shape."""


def shaped(entry: Entry, posted: Mapping[str, str]) -> Answers | Mistakes:
    """The answers in what was posted, each in its field's shape; or what to mend, by field."""
    answers, errors = {}, {}
    for each in entry.fields:
        typed = posted.get(each.code, "").strip()
        try:
            answers[each.code] = _shaped(each, typed) if typed else _nothing(each)
        except _Unfit as unfit:
            errors[each.code] = str(unfit)
    return Mistakes(errors) if errors else entry.clean(answers)


def choices_of(field: EntryField) -> tuple[tuple[str, str], ...]:
    """What may be chosen in a field, as (code, label)."""
    if field.kind == "bank":
        return tuple((code, bank.name) for code, bank in policy.current().banks.items())
    return field.from_city() if field.from_city is not None else field.choices


def _nothing(field: EntryField) -> str:
    if field.required:
        verb = "选择" if field.kind in ("choice", "bank") else "填写"
        raise _Unfit(f"请{verb}{field.label}。")
    return ""


def _shaped(field: EntryField, typed: str) -> str:
    return _READ.get(field.kind, _text)(field, typed)


def _choice(field: EntryField, typed: str) -> str:
    if typed not in dict(choices_of(field)):
        raise _Unfit(f"请选择{field.label}。")
    return typed


def _month(field: EntryField, typed: str) -> str:
    return f"{_day(f'{typed}-01', field, '年月，如 2026-11'):%Y-%m}"


def _date(field: EntryField, typed: str) -> str:
    return _day(typed, field, "日期，如 2026-11-20").isoformat()


def _money(field: EntryField, typed: str) -> str:
    try:
        return str(parse_yuan(typed))
    except ValueError as error:
        raise _Unfit(f"{field.label}：{error}") from None


def _count(field: EntryField, typed: str) -> str:
    plain = half_width(typed)
    if not _COUNT.fullmatch(plain):
        raise _Unfit(f"{field.label}请填写整数，如 20。")
    return str(int(plain))


def _ratio(field: EntryField, typed: str) -> str:
    found = _PER_CENT.fullmatch(half_width(typed))
    if found is None:
        raise _Unfit(f"{field.label}请填写百分数，如 8 或 7.5，最多两位小数。")
    return f"{Decimal(found[1]).scaleb(-2):.4f}"


def _text(field: EntryField, typed: str) -> str:
    if len(typed) > _TEXT_MAX[field.kind]:
        raise _Unfit(f"{field.label}请写在 {_TEXT_MAX[field.kind]} 字以内。")
    return typed


_READ: dict[str, Callable[[EntryField, str], str]] = {
    "choice": _choice,
    "bank": _choice,
    "month": _month,
    "day": _date,
    "money": _money,
    "count": _count,
    "ratio": _ratio,
}


def _day(text: str, field: EntryField, like: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Unfit(f"{field.label}请填写{like}。") from None


def keep_answers(case: Case, answers: Answers) -> None:
    """Put the answers into the case, sealed; in memory, the caller saves."""
    seal(case, "answers", json.dumps(dict(answers), ensure_ascii=False, sort_keys=True))
    case.answers_version += 1


def answers_of(case: Case) -> dict[str, str]:
    """What was entered, by field code; empty where nothing is."""
    kept = unseal(case, "answers").expose()
    found: dict[str, str] = json.loads(kept) if kept else {}
    return found


def answer_text(field: EntryField, answer: str) -> str:
    """An answer as people read it."""
    if not answer:
        return "—"
    match field.kind:
        case "choice" | "bank":
            return dict(choices_of(field)).get(answer, answer)
        case "month":
            return f"{date.fromisoformat(f'{answer}-01'):%Y年%m月}"
        case "day":
            return f"{date.fromisoformat(answer):%Y年%m月%d日}"
        case "money":
            return yuan(int(answer))
        case "ratio":
            return ratio_words(Fraction(answer))
        case _:
            return answer


def typed_again(field: EntryField, answer: str) -> str:
    """An answer as it is typed into its field."""
    if not answer:
        return ""
    match field.kind:
        case "money":
            return yuan(int(answer))
        case "ratio":
            return ratio_words(Fraction(answer)).removesuffix("%")
        case _:
            return answer
