"""The forms of the citizen hall: they check shape, rules check right."""

from __future__ import annotations

from typing import Any

from django import forms

from anju import policy
from anju.channels.pages.shapes import Problem


def problems_of(form: forms.Form) -> tuple[Problem, ...]:
    """Every error of a form for the summary, each with the field it speaks of."""
    found = []
    for name, errors in form.errors.items():
        anchor = "" if name == "__all__" else str(form[name].auto_id)
        found += [Problem(str(error), anchor) for error in errors]
    return tuple(found)


def add_mistakes(form: forms.Form, errors: dict[str, str]) -> None:
    """Put what an action refused beside the fields it spoke of; the rest above the form."""
    for name, text in errors.items():
        form.add_error(name if name in form.fields else None, text)


class SignInForm(forms.Form):
    """ID number and password; `captcha` is filled by script and empty without it."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = policy.current().identity.sign_in
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


class BusinessPasswordForm(forms.Form):
    """The six-digit business password."""

    business_password = forms.CharField(
        label="业务密码",
        help_text="6 位数字，与登录密码不同。",
        max_length=12,
        required=False,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "class": "input-code"}
        ),
    )
