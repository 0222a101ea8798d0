"""The forms of rosters, enrolments, seals and moves: they check shape, rules check right."""

from __future__ import annotations

from typing import Any

from django import forms

from anju.business.contributions.people.rules import REASONS
from anju.business.contributions.rosters.facts import RosterLine
from anju.channels.desk.typed import NUMBERS, MonthField, text_field
from anju.domain.money import yuan


def _cell(label: str, *, hint: str = "", **attrs: Any) -> Any:
    return forms.CharField(
        label=label,
        max_length=200,
        required=False,
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


class RosterFileForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label="人员名册文件",
        help_text=".xlsx 或 .csv，一个文件最多 100,000 人。",
        error_messages={
            "required": "请选择填写好的名册文件。",
            "empty": "文件是空的，请选择填写好的表格。",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class RosterRowForm(forms.Form):
    """One row of a roster; what is wrong with it is said by the roster's own rules."""

    name = _cell("姓名")
    id_number = _cell("证件号码", **NUMBERS)
    phone = _cell("手机号码", inputmode="tel", **NUMBERS)
    base = _cell("缴存基数（元）", inputmode="decimal", **NUMBERS)
    first_month = _cell("首次汇缴年月", hint="如 2026-12。", **NUMBERS)

    @classmethod
    def of(cls, line: RosterLine) -> RosterRowForm:
        """As the row stands, each cell as it was in the file, with what is wrong beside it."""
        form = cls(
            {
                "name": line.name,
                "id_number": line.id_number,
                "phone": line.phone,
                "base": "" if line.base_fen is None else yuan(line.base_fen),
                "first_month": line.first_month,
                **{each.column: each.was for each in line.problems if each.was},
            }
        )
        form.full_clean()
        form.blame(line)
        return form

    def blame(self, line: RosterLine | None) -> None:
        """Put each problem beside its field."""
        for each in line.problems if line is not None else ():
            self.add_error(each.column or None, each.says)


class EnrolForm(RosterRowForm):
    """One person; what the page showed last comes back as `seen`."""

    seen = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


class _MonthText(MonthField):
    """A month, as "2026-12"."""

    def clean(self, value: Any) -> str:
        """What was typed, as it is meant. Raises ValidationError."""
        return f"{super().clean(value):%Y-%m}"


class SealForm(forms.Form):
    """From which month on, and why."""

    month = _MonthText("封存年月", hint="从这个月起不再缴存，如 2026-12。")
    reason = forms.ChoiceField(
        label="封存原因",
        choices=[("", "请选择"), *REASONS.items()],
        error_messages={"required": "请选择封存原因。", "invalid_choice": "请选择封存原因。"},
        widget=forms.Select,
    )


class UnsealForm(forms.Form):
    """From which month on."""

    month = _MonthText("启封年月", hint="从这个月起恢复缴存，如 2026-12。")


class OfferForm(forms.Form):
    """To which employer people go."""

    uscc = text_field(
        "转入单位的统一社会信用代码", "请输入转入单位的统一社会信用代码",
        hint="对方须已在本中心开户；对方接收后账户连同余额一起转走。",
        autocapitalize="characters", autocomplete="off", **NUMBERS,
    )  # fmt: skip


class TakeForm(forms.Form):
    """From which month on those who come are paid for."""

    month = _MonthText("转入后首次汇缴年月", hint="从这个月起由本单位缴存，如 2026-12。")
