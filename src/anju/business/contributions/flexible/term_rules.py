"""What terms must be to be lawful: the same for an agreement and for its change."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any, Protocol

from anju import policy
from anju.business.contributions.flexible.terms import Terms, ratios
from anju.domain.contribution import month_words, ratio_words
from anju.domain.money import yuan
from anju.domain.rules import Rule, Ruling

_CENTER = "本中心灵活就业人员缴存规定"


class AboutTerms(Protocol):
    """Facts of a service about terms: None while nothing is entered, or what is entered has none;
    `has_terms` tells the two apart.
    """

    @property
    def terms(self) -> Terms | None: ...

    @property
    def has_terms(self) -> bool | None: ...


def in_force(month: date, city: Any) -> bool:
    """Whether policy says anything of a month."""
    return month >= policy.contribution_terms(city).first_month


def base_is_within(facts: AboutTerms, city: Any, at: datetime) -> bool | None:
    """The base lies between the floor and the cap of the first month."""
    terms = facts.terms
    if terms is None:
        return _of_none(facts)
    if not in_force(terms.first_month, city):
        return None
    limits = policy.contribution_terms(city).limits(terms.first_month)
    return limits.floor_fen <= terms.base_fen <= limits.cap_fen


def ratio_is_within(facts: AboutTerms, city: Any, at: datetime) -> bool | None:
    """The ratio, of both parts in one, lies in the city's interval."""
    terms = facts.terms
    if terms is None:
        return _of_none(facts)
    return ratios(terms.first_month, city).holds(Fraction(terms.ratio))


def _of_none(facts: AboutTerms) -> bool | None:
    return True if facts.has_terms is False else None


def _without(facts: AboutTerms) -> str:
    return "不变更" if facts.has_terms is False else "还没有填写"


def _saw_base(facts: AboutTerms) -> str:
    terms = facts.terms
    if terms is None:
        return _without(facts)
    asked = f"缴存基数 {yuan(terms.base_fen)} 元，{month_words(terms.first_month)}起"
    city = policy.current()
    if not in_force(terms.first_month, city):
        return asked
    limits = policy.contribution_terms(city).limits(terms.first_month)
    return f"{asked}；当月上下限 {yuan(limits.floor_fen)} 至 {yuan(limits.cap_fen)} 元"


def _saw_ratio(facts: AboutTerms) -> str:
    terms = facts.terms
    if terms is None:
        return _without(facts)
    asked = f"缴存比例 {ratio_words(Fraction(terms.ratio))}"
    city = policy.current()
    if not in_force(terms.first_month, city):
        return asked
    lawful = ratios(terms.first_month, city)
    return f"{asked}；本市 {ratio_words(lawful.least)} 至 {ratio_words(lawful.most)}"


def term_rules(area: str) -> tuple[Rule[Any], ...]:
    """The rules, under the codes of one service."""
    rule = Ruling[Any](area, basis=_CENTER, source="录入内容").rule
    return (
        rule(
            "base_outside",
            base_is_within,
            _saw_base,
            says="缴存基数在首月的上下限之间",
            fails="缴存基数不在首月的上下限之间",
            mended_by="请在这两个限额之间填写",
        ),
        rule(
            "ratio_outside",
            ratio_is_within,
            _saw_ratio,
            says="缴存比例在本市规定的范围内",
            fails="缴存比例不在本市规定的范围内",
            mended_by="请在这个范围内填写",
        ),
    )
