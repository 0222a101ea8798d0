"""What an agent types who adjusts bases or ratios."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from anju.channels.desk.typed import ShareField
from anju.channels.pages.shapes import Problem
from anju.domain.money import parse_yuan

_NUMBER = re.compile(r"[0-9A-Za-z]{1,20}")
_PREFIX = "base_"


class RatioForm(forms.Form):
    """比例调整: both ratios, and the key of this one act."""

    employer_ratio = ShareField("单位缴存比例（%）")
    member_ratio = ShareField("个人缴存比例（%）")
    request_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)


class FileForm(forms.Form):
    """A file of new bases."""

    file = forms.FileField(
        label="调整表",
        help_text="用下载的模板填写，.xlsx 或 .csv。",
        error_messages={"required": "请选择填写好的调整表。", "empty": "文件是空的，请重新选择。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class NewBases:
    """New bases as they were typed on a page, in fen by account number, None where left empty.

    `text` is what was typed, `wrong` says what cannot be read.
    """

    def __init__(self, sent: Any) -> None:
        self.fen: dict[str, int | None] = {}
        self.wrong: dict[str, str] = {}
        self.text: dict[str, str] = {}
        for name, text in sent.items():
            number = name.removeprefix(_PREFIX)
            if name == number or not _NUMBER.fullmatch(number):
                continue
            self.text[number] = text
            try:
                self.fen[number] = parse_yuan(text) if text.strip() else None
            except ValueError as problem:
                self.wrong[number] = str(problem)

    @property
    def given(self) -> dict[str, int]:
        """The bases that were typed and can be read."""
        return {number: fen for number, fen in self.fen.items() if fen is not None}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What cannot be read, each with its field."""
        return tuple(
            Problem(f"{number} 的新缴存基数：{says}", f"base-{number}")
            for number, says in self.wrong.items()
        )
