"""What an employer may change at once, as it is typed."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from anju.business.contributions import opening
from anju.channels.desk.typed import NUMBERS, choice_field, read, text_field

_DAY = re.compile(r"(?:每月)?([0-9]{1,2})[日号]?")


class PaydayMixin:
    """Reads a day of the month."""

    cleaned_data: dict[str, Any]

    def clean_payday(self) -> int:
        """A day of the month."""
        return int(read(_DAY, self.cleaned_data["payday"], "请填写 1 至 31 的日子，如 10。")[1])


class DetailsForm(PaydayMixin, forms.Form):
    """The details as they are, to be typed over."""

    address = forms.CharField(
        label="单位地址",
        max_length=200,
        error_messages={"required": "请填写单位地址。"},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    payday = text_field("单位发薪日", hint="每月几日，1 至 31。", inputmode="numeric", **NUMBERS)
    bank = choice_field("委托归集银行")
    affiliation = choice_field("单位隶属关系")

    def __init__(self, *args: object, offer: opening.Offer, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, options in (("bank", offer.banks), ("affiliation", offer.affiliations)):
            self.fields[name].choices = (("", "请选择"), *options)
