"""The forms on which an employer opens its account: they read what was typed, rules judge it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms

from anju.business.contributions.opening import Offer
from anju.business.contributions.opening_rules import Opening
from anju.domain.half_width import half_width
from anju.domain.identifiers import normalise_phone, normalise_uscc, phone_problem, uscc_problem
from anju.domain.money import parse_yuan

_NUMBERS: Final[dict[str, Any]] = {"class": "input-numbers", "spellcheck": "false"}
_RATIO = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2})?)%?")
_MONTH = re.compile(r"(2[0-9]{3}|19[0-9]{2})[-/.年]?(0?[1-9]|1[0-2])月?")
_DAY = re.compile(r"(?:每月)?([0-9]{1,2})[日号]?")
_COUNT = re.compile(r"([0-9]{1,6})人?")
HALL = (("yes", "开启"), ("no", "不开启"))


def _text(label: str, missing: str = "", *, hint: str = "", **attrs: Any) -> Any:
    return forms.CharField(
        label=label,
        max_length=40,
        help_text=hint,
        error_messages={"required": f"{missing or f'请填写{label}'}。"},
        widget=forms.TextInput(attrs=attrs),
    )


def _choice(label: str) -> Any:
    missing = f"请选择{label}。"
    return forms.ChoiceField(
        label=label, error_messages={"required": missing, "invalid_choice": missing}
    )


def _read(pattern: re.Pattern[str], text: str, problem: str) -> re.Match[str]:
    found = pattern.fullmatch(half_width(text))
    if found is None:
        raise forms.ValidationError(problem)
    return found


class OpeningDoorForm(forms.Form):
    """Code and password, as the market regulator gave them."""

    uscc = _text(
        "统一社会信用代码",
        "请输入统一社会信用代码",
        autocapitalize="characters",
        autocomplete="username",
        placeholder="请输入统一社会信用代码",
        **_NUMBERS,
    )
    password = forms.CharField(
        label="登录密码",
        max_length=128,
        strip=False,
        error_messages={"required": "请输入登录密码。"},
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "placeholder": "请输入登录密码"}
        ),
    )

    def clean_uscc(self) -> str:
        """Eighteen characters whose last one fits."""
        code = normalise_uscc(self.cleaned_data["uscc"])
        problem = uscc_problem(code)
        if problem is not None:
            raise forms.ValidationError(problem)
        return code


class OpeningForm(forms.Form):
    """启缴信息录入: what an employer says of itself."""

    agent_name = _text("经办人姓名", autocomplete="name")
    agent_phone = _text("经办人移动电话", inputmode="tel", autocomplete="tel-national", **_NUMBERS)
    employer_ratio = _text(
        "单位缴存比例（%）", "请填写单位缴存比例", inputmode="decimal", **_NUMBERS
    )
    member_ratio = _text("个人缴存比例（%）", "请填写个人缴存比例", inputmode="decimal", **_NUMBERS)
    headcount = _text("月缴存人数", inputmode="numeric", **_NUMBERS)
    wages = _text("月工资总额（元）", "请填写月工资总额", inputmode="decimal", **_NUMBERS)
    payday = _text("单位发薪日", hint="每月几日，1 至 31。", inputmode="numeric", **_NUMBERS)
    first_month = _text("首次汇缴年月", hint="写作 2026-07。", inputmode="numeric", **_NUMBERS)
    bank = _choice("委托归集银行")
    affiliation = _choice("单位隶属关系")
    with_hall = _choice("是否开启网厅单位版")

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = (("", "请选择"),)
        for name, options in (
            ("bank", offer.banks), ("affiliation", offer.affiliations), ("with_hall", HALL),
        ):  # fmt: skip
            self.fields[name].choices = (*empty, *options)
        for name, text in (
            ("employer_ratio", f"{offer.employer_ratios}。"),
            ("member_ratio", f"{offer.member_ratios}。"),
            ("headcount", "还没有职工的填 0。"),
            ("wages", f"人均在 {offer.wages}之间；还没有职工的填 0。"),
            ("with_hall", "开启后，经办人会收到短信邀请，到单位网厅注册；也可以以后再开启。"),
        ):
            self.fields[name].help_text = text

    def clean_agent_phone(self) -> str:
        """A mobile number."""
        text: str = self.cleaned_data["agent_phone"]
        problem = phone_problem(text)
        if problem is not None:
            raise forms.ValidationError(problem)
        return normalise_phone(text)

    def _ratio(self, name: str) -> Decimal:
        found = _read(_RATIO, self.cleaned_data[name], "请填写百分数，如 12，最多两位小数。")
        return Decimal(found[1]).scaleb(-2)

    def clean_employer_ratio(self) -> Decimal:
        """A share."""
        return self._ratio("employer_ratio")

    def clean_member_ratio(self) -> Decimal:
        """A share."""
        return self._ratio("member_ratio")

    def clean_headcount(self) -> int:
        """How many."""
        return int(_read(_COUNT, self.cleaned_data["headcount"], "请填写人数，如 20。")[1])

    def clean_wages(self) -> int:
        """Fen."""
        try:
            return parse_yuan(self.cleaned_data["wages"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean_payday(self) -> int:
        """A day of the month."""
        return int(_read(_DAY, self.cleaned_data["payday"], "请填写 1 至 31 的日子，如 10。")[1])

    def clean_first_month(self) -> date:
        """Its first day."""
        found = _read(_MONTH, self.cleaned_data["first_month"], "请填写年月，写作 2026-07。")
        return date(int(found[1]), int(found[2]), 1)

    def opening(self) -> Opening:
        """What was typed, once it is valid."""
        typed = self.cleaned_data
        bank, _, branch = typed["bank"].partition("/")
        names = ("first_month", "member_ratio", "employer_ratio", "headcount", "payday",
                 "affiliation", "agent_name", "agent_phone")  # fmt: skip
        return Opening(
            **{name: typed[name] for name in names},
            wages_fen=typed["wages"],
            bank_code=bank,
            bank_branch_code=branch,
            with_hall=typed["with_hall"] == "yes",
        )
