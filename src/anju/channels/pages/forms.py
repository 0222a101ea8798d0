"""Forms that several halls share: they check shape, rules check right."""

from __future__ import annotations

from typing import Any

from django import forms

from anju.channels.pages.shapes import Problem
from anju.policy.shapes import SignIn


def problems_of(form: forms.Form) -> tuple[Problem, ...]:
    """Every error of a form for the summary, each with the field it speaks of."""
    found = []
    for name, errors in form.errors.items():
        anchor = "" if name == "__all__" else str(form[name].auto_id)
        found += [Problem(str(error), anchor) for error in errors]
    return tuple(found)


class SignInForm(forms.Form):
    """ID number and password under the city's own words.

    `captcha` is filled by script and empty without it.
    """

    id_number = forms.CharField(
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "input-numbers",
            }
        ),
    )
    password = forms.CharField(
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    captcha = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, words: SignIn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in (("id_number", words.id_number), ("password", words.password)):
            field = self.fields[name]
            field.label = text.removeprefix("请输入")
            field.widget.attrs["placeholder"] = text
            field.error_messages["required"] = f"{text}。"


class CodeForm(forms.Form):
    """A one-time code from a short message, under the city's own label."""

    code = forms.CharField(
        max_length=12,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "pattern": "[0-9]*"}
        ),
    )

    def __init__(
        self, *args: Any, label: str = "短信验证码", hint: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = label
        self.fields["code"].widget.attrs["placeholder"] = hint or "请输入验证码"
