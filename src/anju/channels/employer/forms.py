"""The forms of the employer hall: they check shape, rules check right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.timezone import localdate

from anju import ports
from anju.channels.desk.typed import NUMBERS, text_field
from anju.domain import identifiers


def _secret(label: str, missing: str, *, autocomplete: str, hint: str = "") -> Any:
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        help_text=hint,
        error_messages={"required": f"{missing}。"},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def _checked(text: str, tidy: Callable[[str], str], problem: str | None) -> str:
    if problem is not None:
        raise forms.ValidationError(f"{problem}。")
    return tidy(text)


def _phone() -> Any:
    return text_field(
        "手机号码", "请输入手机号码", inputmode="tel", autocomplete="tel-national", **NUMBERS
    )


def _id_number() -> Any:
    return text_field(
        "证件号码",
        "请输入证件号码",
        autocomplete="username",
        autocapitalize="characters",
        **NUMBERS,
    )


class PhoneMixin:
    """Looks at a mobile number's shape."""

    cleaned_data: dict[str, Any]

    def clean_phone(self) -> str:
        """Eleven digits that a mobile phone may have."""
        text = self.cleaned_data["phone"]
        tidy = identifiers.normalise_phone
        return _checked(text, tidy, identifiers.phone_problem(tidy(text)))


class IdNumberMixin:
    """Looks at an ID number's shape."""

    cleaned_data: dict[str, Any]

    def clean_id_number(self) -> str:
        """Eighteen characters whose last one fits."""
        text = self.cleaned_data["id_number"]
        tidy = identifiers.normalise_id_number
        today = localdate(ports.clock().now())
        return _checked(text, tidy, identifiers.id_number_problem(tidy(text), today))


class NewPasswordForm(forms.Form):
    """A code from a short message, and the password chosen, twice."""

    code = forms.CharField(
        label="短信验证码",
        max_length=12,
        error_messages={"required": "请输入短信验证码。"},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "placeholder": "请输入验证码",
            }
        ),
    )
    password = _secret("设置登录密码", "请设置登录密码", autocomplete="new-password")
    again = _secret("再次输入密码", "请再次输入密码", autocomplete="new-password")

    asks: tuple[str, ...] = ()
    """The fields that must be right before a code is sent."""

    def asked(self) -> bool:
        """Whether what a code is sent for is right; the other fields are not spoken of yet."""
        self.full_clean()
        for name in tuple(self.errors):
            if name not in self.asks:
                del self.errors[name]
        return not self.errors

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        typed: dict[str, Any] = super().clean() or {}
        password, again = typed.get("password"), typed.get("again")
        if password and again and password != again:
            self.add_error("again", "两次输入的密码不一致。")
        return typed


class SignUpForm(PhoneMixin, IdNumberMixin, NewPasswordForm):
    """An agent who was invited registers."""

    uscc = text_field(
        "统一社会信用代码", "请输入统一社会信用代码", autocapitalize="characters", **NUMBERS
    )
    id_number = _id_number()
    name = text_field("姓名", "请输入姓名", autocomplete="name")
    phone = _phone()
    field_order = ("uscc", "id_number", "name", "phone", "code", "password", "again")
    asks = ("uscc", "id_number", "name", "phone")

    def clean_uscc(self) -> str:
        """Eighteen characters whose last one fits."""
        text = self.cleaned_data["uscc"]
        tidy = identifiers.normalise_uscc
        return _checked(text, tidy, identifiers.uscc_problem(tidy(text)))


class ForgotForm(PhoneMixin, IdNumberMixin, NewPasswordForm):
    """An agent who was registered chooses another password."""

    id_number = _id_number()
    phone = _phone()
    field_order = ("id_number", "phone", "code", "password", "again")
    asks = ("id_number", "phone")


class TotpForm(forms.Form):
    """A one-time password of an app."""

    totp = forms.CharField(
        label="动态口令",
        max_length=12,
        help_text="打开认证应用，输入正在显示的 6 位数字。",
        error_messages={"required": "请输入动态口令。"},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class CurrentPasswordForm(forms.Form):
    """The login password, once more."""

    current = _secret("当前登录密码", "请输入当前登录密码", autocomplete="current-password")


class TotpEnrolForm(CurrentPasswordForm, TotpForm):
    """An app's first code, with the login password."""

    field_order = ("totp", "current")


class ChangePhoneForm(PhoneMixin, CurrentPasswordForm, NewPasswordForm):
    """Another phone, the code that came there, and the login password."""

    phone = text_field(
        "新手机号码", "请输入新手机号码", inputmode="tel", autocomplete="tel-national", **NUMBERS
    )
    password = None
    again = None
    field_order = ("phone", "code", "current")
    asks = ("phone",)


class ChangePasswordForm(CurrentPasswordForm, NewPasswordForm):
    """Another password in place of the current one."""

    code = None
    password = _secret("新登录密码", "请输入新登录密码", autocomplete="new-password")
    again = _secret("再次输入新密码", "请再次输入新密码", autocomplete="new-password")
    field_order = ("current", "password", "again")


def _role() -> Any:
    return forms.ChoiceField(
        label="角色",
        choices=(
            ("clerk", "经办员：办理业务，不能管理经办人"),
            ("admin", "单位管理员：办理业务，并管理经办人"),
        ),
        error_messages={"required": "请选择角色。", "invalid_choice": "请选择角色。"},
    )


class RoleForm(forms.Form):
    """What an agent may do."""

    role = _role()


class InviteForm(PhoneMixin, forms.Form):
    """Whom an administrator invites."""

    name = text_field(
        "姓名", "请输入姓名", hint="与本人注册时填写的姓名须一致。", autocomplete="off"
    )
    phone = text_field(
        "手机号码",
        "请输入手机号码",
        hint="邀请和注册验证码发送到这个号码。",
        inputmode="tel",
        autocomplete="off",
        **NUMBERS,
    )
    role = _role()
