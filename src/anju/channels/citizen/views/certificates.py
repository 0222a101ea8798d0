"""证明查验: whoever holds a certificate looks it up; nobody needs to be signed in."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from anju.business.contributions.accounts import certificates
from anju.business.contributions.accounts.certificates import Confirmed, TooOften
from anju.channels.citizen.hall import draw
from anju.channels.pages.doors import address_of_visitor
from anju.channels.pages.forms import problems_of
from anju.channels.pages.shapes import Row

_UNKNOWN = "没有编号和查验码都相符的证明，请对照核对；仍不相符的，证明可能不是本中心出具的。"


def _text(label: str, missing: str, hint: str) -> forms.CharField:
    attrs = {"class": "input-numbers", "autocomplete": "off", "autocapitalize": "characters",
             "spellcheck": "false"}  # fmt: skip
    return forms.CharField(
        label=label,
        max_length=40,
        help_text=hint,
        error_messages={"required": missing},
        widget=forms.TextInput(attrs=attrs),
    )


class LookUpForm(forms.Form):
    """What stands on the paper."""

    number = _text("证明编号", "请填写证明编号。", "印在证明标题下方，以 ZM 开头。")
    code = _text("查验码", "请填写查验码。", "印在证明下方，12 位，横线可以不填。")


@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """The form, and what the certificate says where there is one."""
    form = LookUpForm(request.POST if request.method == "POST" else None)
    found: Confirmed | None = None
    if form.is_valid():
        try:
            found = certificates.looked_up(
                **form.cleaned_data, address=address_of_visitor(request), at=request.at
            )
        except TooOften as refused:
            until = f"{localtime(refused.until):%H:%M}"
            form.add_error(None, f"查验次数过多，请在 {until} 后再试，或拨打服务热线核实。")
        else:
            if found is None:
                form.add_error(None, _UNKNOWN)
    return draw(
        request, "certificate", form=form, rows=_rows(found) if found else (),
        problems=problems_of(form) if form.is_bound else (),
    )  # fmt: skip


def _rows(found: Confirmed) -> list[Row]:
    return [
        Row("证明编号", found.number, "number"),
        Row("单位名称", found.name),
        Row("统一社会信用代码", found.uscc, "number"),
        Row("出具日期", found.on, "day"),
        Row("缴至年月", found.paid_through, "month", note="出具当日，没有超过期限未缴的月份"),
        Row("缴存职工", f"{found.people:,} 人"),
    ]
