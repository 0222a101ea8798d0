"""Which days of the books a page is about, and which vouchers: as typed, checked and passed on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse

from anju.business.treasury import books
from anju.channels.counter import shell
from anju.channels.pages.shapes import Chip
from anju.domain.money import parse_yuan
from anju.ledger.vouchers import Wanted, number_of

_TYPED = {"autocomplete": "off", "spellcheck": "false"}


class SpanForm(forms.Form):
    """Days of the books, both ends included."""

    since = forms.DateField(
        label="起始日期",
        error_messages={"required": "请选择起始日期", "invalid": "起始日期不是一个日期"},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label="截止日期",
        error_messages={"required": "请选择截止日期", "invalid": "截止日期不是一个日期"},
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: object, last: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.last = last

    def clean(self) -> dict[str, object]:
        """The span must run forwards and end on a day that has begun."""
        found = super().clean()
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("since", "起始日期晚于截止日期")
        if until and until > self.last:
            self.add_error("until", f"截止日期最晚是营业日 {self.last:%Y-%m-%d}")
        return found


class YuanField(forms.CharField):
    """An amount typed in yuan, in fen once it is read; None where nothing was typed."""

    def __init__(self, **kwargs: Any) -> None:
        typed = forms.TextInput(attrs={**_TYPED, "inputmode": "decimal"})
        super().__init__(max_length=24, widget=typed, **kwargs)

    def clean(self, value: Any) -> int | None:
        """Fen. Raises ValidationError with the words of what is wrong."""
        typed = str(super().clean(value))
        try:
            return parse_yuan(typed) if typed else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def _is_number(typed: str) -> None:
    if number_of(typed) is None:
        raise forms.ValidationError("凭证号是年月、短横和序号，如 202611-0007")


class VouchersForm(SpanForm):
    """Which vouchers: their days, and whatever else is known of them."""

    kind = forms.ChoiceField(
        label="来源",
        required=False,
        choices=[("", "全部"), *books.SOURCES.items()],
        error_messages={"invalid_choice": "没有这种来源"},
    )
    number = forms.CharField(
        label="凭证号",
        required=False,
        max_length=16,
        validators=[_is_number],
        widget=forms.TextInput(attrs={**_TYPED, "placeholder": "202611-0007"}),
    )
    source = forms.CharField(
        label="业务编号", required=False, max_length=80, widget=forms.TextInput(attrs=_TYPED)
    )
    subject = forms.RegexField(
        r"^\d{3}(\d{2}){0,8}$",
        label="科目",
        required=False,
        error_messages={"invalid": "科目是 3 位或更多位数字，如 101"},
        widget=forms.TextInput(attrs={**_TYPED, "inputmode": "numeric"}),
    )
    least = YuanField(label="金额不少于（元）", required=False)
    most = YuanField(label="金额不超过（元）", required=False)

    def wanted(self) -> Wanted:
        """What the list is narrowed to; everything while the form is wrong."""
        if not self.is_valid():
            return Wanted()
        given = self.cleaned_data
        return Wanted(
            source_id=given["source"],
            source_type=given["kind"],
            number=given["number"],
            subject=given["subject"],
            least=given["least"],
            most=given["most"],
        )


class EmployersForm(SpanForm):
    """Days of the books, and the employer that is looked for: its name is nothing personal."""

    text = forms.CharField(
        label="单位名称或信用代码",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs=_TYPED),
    )


def asked(request: HttpRequest) -> tuple[SpanForm, date, date]:
    """What was asked for; the month so far when nothing was, or nothing that can be."""
    since, until = books.month_so_far()
    form = SpanForm(_given(request, since, until), last=until)
    return form, *_days(form, since, until)


def asked_vouchers(request: HttpRequest) -> tuple[VouchersForm, date, date]:
    """As `asked`, with what else the vouchers are looked for by."""
    since, until = books.month_so_far()
    form = VouchersForm(_given(request, since, until), last=until)
    return form, *_days(form, since, until)


def asked_employers(request: HttpRequest) -> tuple[SpanForm, date, date, str]:
    """As `asked`, with what the employers are looked for by, as it was typed."""
    since, until = books.month_so_far()
    form = EmployersForm(_given(request, since, until), last=until)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    return form, *_days(form, since, until), text


def _given(request: HttpRequest, since: date, until: date) -> dict[str, Any]:
    return {
        **request.GET.dict(),
        "since": request.GET.get("since") or since.isoformat(),
        "until": request.GET.get("until") or until.isoformat(),
    }


def _days(form: SpanForm, since: date, until: date) -> tuple[date, date]:
    if form.is_valid():
        return form.cleaned_data["since"], form.cleaned_data["until"]
    return since, until


def query(since: date, until: date, **more: str) -> str:
    """A span, and whatever narrows it, as the part of an address behind `?`."""
    given = {"since": since.isoformat(), "until": until.isoformat(), **more}
    return urlencode({name: value for name, value in given.items() if value})


def typed(form: VouchersForm) -> Mapping[str, str]:
    """What the vouchers are looked for by, as it was typed, for `query`."""
    names = ("kind", "number", "source", "subject", "least", "most")
    return {name: str(form.data.get(name, "")) for name in names}


def quick(since: date, until: date, **more: str) -> tuple[Chip, ...]:
    """The spans that are asked for most, each one tap away; the one that is shown is marked."""
    today = books.month_so_far()[1]
    last_month = today.replace(day=1) - timedelta(days=1)
    last_year = today.replace(month=1, day=1) - timedelta(days=1)
    spans = (
        ("当日", today, today),
        ("本月", today.replace(day=1), today),
        ("上月", last_month.replace(day=1), last_month),
        ("本年", today.replace(month=1, day=1), today),
        ("上年", last_year.replace(month=1, day=1), last_year),
    )
    return tuple(
        Chip(label, f"?{query(first, last, **more)}", (first, last) == (since, until), None)
        for label, first, last in spans
    )


def draw(
    request: HttpRequest,
    template: str,
    *,
    form: SpanForm,
    since: date,
    until: date,
    narrowed: Mapping[str, str] | None = None,
    **context: object,
) -> HttpResponse:
    """Draw a page of the books about a span; with status 422 while its form is wrong.

    `narrowed` is what it is narrowed to besides, as it was typed: its links keep that.
    """
    more = narrowed or {}
    return shell.draw(
        request,
        template,
        here="books_trial",
        status=200 if form.is_valid() else 422,
        form=form,
        span=query(since, until, **more),
        quick=quick(since, until, **more),
        **context,
    )
