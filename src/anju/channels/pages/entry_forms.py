"""The form of what an agent or staff enter, made of the fields that a service declares.

Only the frame of cases judges what was typed: this form draws the fields and carries the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from anju.cases.declaration import Entry, EntryField
from anju.cases.entry_fields import choices_of
from anju.cases.records import Mistakes
from anju.channels.pages.shapes import Problem
from anju.domain.rules import Finding, Outcome

WHO = "who"
"""The field that names the member or employer; no service may call an answer so."""
_WHOM = {
    "member": ("职工", "个人账号或身份证号码"),
    "employer": ("单位", "单位账号或统一社会信用代码"),
}


class EntryForm(forms.Form):
    """The fields of one service; `whom` also asks for the member or employer it is about."""

    def __init__(
        self,
        entry: Entry,
        posted: QueryDict | None = None,
        *,
        whom: bool = False,
        known: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(posted, initial=dict(known or {}), auto_id="entry-%s")
        if whom:
            label, hint = _WHOM[entry.about]
            self.fields[WHO] = forms.CharField(
                label=label,
                max_length=40,
                required=False,
                help_text=hint,
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "spellcheck": "false", "class": "input-numbers"}
                ),
            )
        for each in entry.fields:
            self.fields[each.code] = _field(each)

    @property
    def typed(self) -> dict[str, str]:
        """What was sent, by field; a form that is drawn first has sent nothing."""
        return {name: str(self.data.get(name, "")).strip() for name in self.fields}

    def blame(self, mistakes: Mistakes) -> None:
        """Put each mistake beside its field, what belongs to none above the form."""
        self.full_clean()
        for name, text in mistakes.errors.items():
            self.add_error(name if name in self.fields else None, text)


def _field(each: EntryField) -> forms.Field:
    said: dict[str, Any] = {"label": each.label, "required": False, "help_text": each.hint}
    if each.kind in ("choice", "bank"):
        choices = [("", "请选择"), *choices_of(each)]
        return forms.CharField(widget=forms.Select(choices=choices), **said)
    if each.kind == "long_text":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **said)
    attrs = {"autocomplete": "off"}
    if each.kind != "text":
        attrs |= {"class": "input-numbers", "spellcheck": "false"}
    if each.kind in ("money", "ratio"):
        attrs["inputmode"] = "decimal"
    if each.kind == "count":
        attrs["inputmode"] = "numeric"
    return forms.CharField(widget=forms.TextInput(attrs=attrs), **said)


def problems_of_findings(findings: tuple[Finding, ...]) -> tuple[Problem, ...]:
    """What stands against it, each with what was seen and how to go on.

    What cannot be said yet is told only where nothing else stands against it.
    """
    unmet = [one for one in findings if one.outcome is Outcome.UNMET]
    return tuple(
        Problem(f"{one.says}（{one.saw}）。{one.mended_by}。")
        for one in unmet or [one for one in findings if not one.met]
    )
