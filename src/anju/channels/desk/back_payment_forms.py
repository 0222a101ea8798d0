"""What an agent types who pays months that have passed: for whom, which months, on what base."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from anju.business.contributions.backpaying.actions import Asked
from anju.business.contributions.backpaying.facts import PEOPLE_ON_PAGE, BackPage
from anju.business.contributions.models import Remittance
from anju.channels.desk.typed import MonthField, ShareField, choice_field
from anju.domain.contribution import ratio_words
from anju.domain.money import parse_yuan, yuan

CHOSEN, EVERYBODY = "chosen", "everybody"
_WHOM = ((CHOSEN, "下面勾选的职工"), (EVERYBODY, "全部在缴职工中有待补的"))
_NUMBER = re.compile(r"[0-9A-Za-z]{1,20}")


class BackPaymentForm(forms.Form):
    """补缴: why, which months, by which ratios, for whom."""

    reason = choice_field("补缴原因")
    whom = choice_field("补缴职工")
    from_month = MonthField("起始年月", hint="写作 2026-07。")
    month = MonthField("截止年月")
    employer_ratio = ShareField("单位缴存比例（%）")
    member_ratio = ShareField("个人缴存比例（%）")

    def __init__(self, *args: Any, through: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = Remittance.Reason.choices
        self.fields["whom"].choices = _WHOM
        if through is not None:
            self.fields["month"].help_text = f"不晚于单位缴至年月 {through:%Y-%m}。"

    @classmethod
    def of(cls, page: BackPage) -> BackPaymentForm:
        """As it stands before anything was typed: what is missing, by the employer's ratios."""
        through = page.paid_through
        first = page.missed_from or through
        return cls(
            through=through,
            initial={
                "reason": "opening" if page.missing else "arrears",
                "whom": CHOSEN,
                "from_month": f"{first:%Y-%m}" if first else "",
                "month": f"{through:%Y-%m}" if through else "",
                "employer_ratio": ratio_words(page.employer_ratio).rstrip("%"),
                "member_ratio": ratio_words(page.member_ratio).rstrip("%"),
            },
        )

    def asked(self, bases: Mapping[str, int]) -> Asked:
        """What is asked for, once it is valid."""
        typed = self.cleaned_data
        return Asked(
            reason=typed["reason"],
            from_month=typed["from_month"],
            month=typed["month"],
            member_ratio=typed["member_ratio"],
            employer_ratio=typed["employer_ratio"],
            bases=None if typed["whom"] == EVERYBODY else bases,
        )


class Bases:
    """Who was chosen, each with the base that was typed beside him.

    `typed` is as it came, by account number; `fen` where it is an amount; `wrong` says why not.
    """

    def __init__(self, sent: Any) -> None:
        chosen: Sequence[str] = [
            number for number in sent.getlist("who")[:PEOPLE_ON_PAGE] if _NUMBER.fullmatch(number)
        ]
        self.typed = {number: sent.get(f"base_{number}", "")[:20] for number in chosen}
        self.fen: dict[str, int] = {}
        self.wrong: dict[str, str] = {}
        for number, text in self.typed.items():
            try:
                self.fen[number] = parse_yuan(text)
            except ValueError as problem:
                self.wrong[number] = str(problem)


def base_text(fen: int) -> str:
    """A base as somebody would type it."""
    return yuan(fen).replace(",", "")
