"""Shapes of what staff type; whether an act is right is decided in `cases`."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

NOTE_MAX = 200
REASON_MIN = 4


class SignInForm(forms.Form):
    """Name, password and the code of the authenticator, asked on one page.

    One page, so that a right password alone is never confirmed to whoever tries it.
    """

    username = forms.CharField(
        label="用户名",
        max_length=64,
        error_messages={"required": "请输入用户名"},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        error_messages={"required": "请输入密码"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    totp = forms.RegexField(
        r"^\d{6}$",
        label="动态验证码",
        help_text="打开认证应用，输入正在显示的 6 位数字",
        error_messages={"required": "请输入动态验证码", "invalid": "动态验证码是 6 位数字"},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}
        ),
    )


class SearchForm(forms.Form):
    """Name, ID number, phone, account or case; sent in the body, never in an address."""

    text = forms.CharField(label="查找业务", max_length=64)


class DecisionForm(forms.Form):
    """A reason from the city's list, and what else is to be said."""

    reason_code = forms.ChoiceField(label="理由", error_messages={"required": "请选择一个理由"})
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=NOTE_MAX,
        error_messages={"max_length": f"说明请写在 {NOTE_MAX} 字以内"},
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": NOTE_MAX}),
    )

    def __init__(
        self, *args: object, reasons: Iterable[tuple[str, str]], hint: str = "", **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = list(reasons)
        if len(choices) > 1:
            choices.insert(0, ("", "请选择"))
        self.fields["reason_code"].choices = choices
        self.fields["note"].help_text = hint


class RevealForm(forms.Form):
    """Which masked value to see, and why."""

    field = forms.CharField(
        label="查看内容",
        max_length=64,
        error_messages={"required": "请选择查看内容"},
        widget=forms.Select(),
    )
    reason = forms.CharField(
        label="查看理由",
        min_length=REASON_MIN,
        max_length=100,
        error_messages={
            "required": "请写明查看理由",
            "min_length": f"查看理由至少写 {REASON_MIN} 个字",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PictureForm(forms.Form):
    """One picture that replaces or adds to what the applicant gave."""

    file = forms.FileField(
        label="选择图片",
        error_messages={"required": "请选择一张图片", "empty": "这个文件是空的，请重新选择"},
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )


class BreaksSeenForm(forms.Form):
    """What becomes of the payment findings that are open when a day ends."""

    note = forms.CharField(
        label="处理说明",
        min_length=4,
        max_length=500,
        help_text="写明已查看的异常和打算怎样处理，随日终留存",
        error_messages={
            "required": "请写明处理说明",
            "min_length": "处理说明至少 4 个字",
            "max_length": "处理说明请写在 500 字以内",
        },
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )


def _why(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        min_length=REASON_MIN,
        max_length=NOTE_MAX,
        error_messages={
            "required": f"请写明{label}",
            "min_length": f"{label}至少写 {REASON_MIN} 个字",
            "max_length": f"{label}请写在 {NOTE_MAX} 字以内",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AllocateForm(forms.Form):
    """What money in suspense is for, the number that names it, and how one knows."""

    kind = forms.ChoiceField(label="款项性质", error_messages={"required": "请选择款项性质"})
    number = forms.CharField(
        label="对应编号",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = _why("依据")

    def __init__(self, *args: object, kinds: Iterable[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "请选择"), *kinds]


class RefundForm(forms.Form):
    """To which bank money goes back, and why."""

    bank_code = forms.ChoiceField(
        label="付款人开户银行", error_messages={"required": "请选择付款人的开户银行"}
    )
    reason = _why("退回原因")

    def __init__(self, *args: object, banks: Iterable[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank_code"].choices = [("", "请选择"), *banks]


class PayAgainForm(forms.Form):
    """Why what came back may be paid once more."""

    reason = _why("重付依据")


class ReinstateForm(forms.Form):
    """Why what came back goes onto its account again."""

    reason = _why("恢复依据")


class RejectForm(forms.Form):
    """Why somebody else's wish is sent back."""

    note = _why("不同意的原因")


class ResolveForm(forms.Form):
    """What was behind a finding, and what was done about it."""

    category = forms.ChoiceField(label="差异原因", error_messages={"required": "请选择差异原因"})
    resolution = forms.CharField(
        label="处理情况",
        min_length=REASON_MIN,
        max_length=500,
        help_text="写明查到的情况、做了什么、依据哪张凭证或银行回单",
        error_messages={
            "required": "请写明处理情况",
            "min_length": f"处理情况至少写 {REASON_MIN} 个字",
            "max_length": "处理情况请写在 500 字以内",
        },
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )

    def __init__(
        self, *args: object, categories: Iterable[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "请选择"), *categories]
