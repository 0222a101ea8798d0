"""The forms on which an employer opens its account: they read what was typed, rules judge it."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from anju.business.contributions.opening import Offer
from anju.business.contributions.opening_rules import Opening
from anju.channels.desk.details_form import PaydayMixin
from anju.channels.desk.typed import (
    NUMBERS,
    MonthField,
    ShareField,
    choice_field,
    read,
    text_field,
)
from anju.domain.identifiers import normalise_phone, normalise_uscc, phone_problem, uscc_problem
from anju.domain.money import parse_yuan

_COUNT = re.compile(r"([0-9]{1,6})人?")
HALL = (("yes", "开启"), ("no", "不开启"))


class OpeningDoorForm(forms.Form):
    """Code and password, as the market regulator gave them."""

    uscc = text_field(
        "统一社会信用代码",
        "请输入统一社会信用代码",
        autocapitalize="characters",
        autocomplete="username",
        placeholder="请输入统一社会信用代码",
        **NUMBERS,
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


class OpeningForm(PaydayMixin, forms.Form):
    """启缴信息录入: what an employer says of itself."""

    agent_name = text_field("经办人姓名", autocomplete="name")
    agent_phone = text_field(
        "经办人移动电话", inputmode="tel", autocomplete="tel-national", **NUMBERS
    )
    employer_ratio = ShareField("单位缴存比例（%）")
    member_ratio = ShareField("个人缴存比例（%）")
    headcount = text_field("月缴存人数", inputmode="numeric", **NUMBERS)
    wages = text_field("月工资总额（元）", "请填写月工资总额", inputmode="decimal", **NUMBERS)
    payday = text_field("单位发薪日", hint="每月几日，1 至 31。", inputmode="numeric", **NUMBERS)
    first_month = MonthField("首次汇缴年月", hint="写作 2026-07。")
    bank = choice_field("委托归集银行")
    affiliation = choice_field("单位隶属关系")
    with_hall = choice_field("是否开启网厅单位版")

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

    def clean_headcount(self) -> int:
        """How many."""
        return int(read(_COUNT, self.cleaned_data["headcount"], "请填写人数，如 20。")[1])

    def clean_wages(self) -> int:
        """Fen."""
        try:
            return parse_yuan(self.cleaned_data["wages"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

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
