"""The forms of the citizen hall: they check shape, rules check right."""

from __future__ import annotations

from django import forms


def add_mistakes(form: forms.Form, errors: dict[str, str]) -> None:
    """Put what an action refused beside the fields it spoke of; the rest above the form."""
    for name, text in errors.items():
        form.add_error(name if name in form.fields else None, text)


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
