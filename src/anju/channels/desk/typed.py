"""What agents type, read: texts, choices, months, percentages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms

from anju.domain.half_width import half_width

NUMBERS: Final[dict[str, Any]] = {"class": "input-numbers", "spellcheck": "false"}
_RATIO = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2})?)%?")
_MONTH = re.compile(r"(2[0-9]{3}|19[0-9]{2})[-/.年]?(0?[1-9]|1[0-2])月?")


def text_field(label: str, missing: str = "", *, hint: str = "", **attrs: Any) -> Any:
    """A line of text that must be filled in."""
    return forms.CharField(
        label=label,
        max_length=40,
        help_text=hint,
        error_messages={"required": f"{missing or f'请填写{label}'}。"},
        widget=forms.TextInput(attrs=attrs),
    )


def choice_field(label: str) -> Any:
    """A choice that must be made; its choices are given later."""
    missing = f"请选择{label}。"
    return forms.ChoiceField(
        label=label, error_messages={"required": missing, "invalid_choice": missing}
    )


def read(pattern: re.Pattern[str], text: str, problem: str) -> re.Match[str]:
    """The text as a pattern takes it, half width. Raises ValidationError with the problem."""
    found = pattern.fullmatch(half_width(text))
    if found is None:
        raise forms.ValidationError(problem)
    return found


class _TypedField(forms.CharField):
    """A line that must be filled in, read by `take`."""

    take: Callable[[str], Any]
    mode = "numeric"

    def __init__(self, label: str, *, hint: str = "") -> None:
        super().__init__(
            label=label,
            max_length=40,
            help_text=hint,
            error_messages={"required": f"请填写{label.partition('（')[0]}。"},
            widget=forms.TextInput(attrs={"inputmode": self.mode, **NUMBERS}),
        )

    def clean(self, value: Any) -> Any:
        """What was typed, as it is meant. Raises ValidationError."""
        return type(self).take(super().clean(value))


class MonthField(_TypedField):
    """A month, as its first day."""

    @staticmethod
    def take(text: str) -> date:
        """2026-07, 2026年7月."""
        found = read(_MONTH, text, "请填写年月，写作 2026-07。")
        return date(int(found[1]), int(found[2]), 1)


class ShareField(_TypedField):
    """A percentage, as a share."""

    mode = "decimal"

    @staticmethod
    def take(text: str) -> Decimal:
        """12, 7.5%."""
        return Decimal(read(_RATIO, text, "请填写百分数，如 12，最多两位小数。")[1]).scaleb(-2)
