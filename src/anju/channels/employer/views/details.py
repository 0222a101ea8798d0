"""单位信息变更: an administrator changes what the employer may change at once."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from anju.business.contributions import opening
from anju.business.contributions.accounts import changing
from anju.business.contributions.accounts.changing import Details, NotChanged
from anju.channels.employer.hall import administrators_only, agents_only, draw
from anju.channels.employer.opening_forms import PaydayMixin
from anju.channels.employer.typed import NUMBERS, choice_field, text_field
from anju.channels.pages import notices
from anju.channels.pages.forms import problems_of
from anju.channels.pages.shapes import Row
from anju.store.audit import Actor

_HERE = "details"


class DetailsForm(PaydayMixin, forms.Form):
    """The details as they are, to be typed over."""

    address = forms.CharField(
        label="单位地址",
        max_length=200,
        error_messages={"required": "请填写单位地址。"},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    payday = text_field("单位发薪日", hint="每月几日，1 至 31。", inputmode="numeric", **NUMBERS)
    bank = choice_field("委托归集银行")
    affiliation = choice_field("单位隶属关系")

    def __init__(self, *args: object, offer: opening.Offer, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, options in (("bank", offer.banks), ("affiliation", offer.affiliations)):
            self.fields[name].choices = (("", "请选择"), *options)


@require_http_methods(["GET", "POST"])
@agents_only
@administrators_only
def details(request: HttpRequest) -> HttpResponse:
    """What stands now, and another one in its place."""
    employer = request.acting.employer
    now = changing.details(employer.employer_id)
    if now is None:
        if request.method == "POST":
            raise Http404
        return draw(request, "details", here=_HERE, form=None)
    initial = {
        "address": now.address, "payday": now.payday, "bank": now.bank,
        "affiliation": now.affiliation,
    }  # fmt: skip
    posted = request.POST if request.method == "POST" else None
    form = DetailsForm(posted, initial=initial, offer=opening.offer(on=localdate(request.at)))
    if posted is not None and form.is_valid():
        try:
            changed = changing.change(
                employer.employer_id,
                Details(**form.cleaned_data),
                actor=Actor.agent(request.user.pk),
                at=request.at,
            )
        except NotChanged as refusal:
            form.add_error(refusal.about, f"{refusal}。")
        else:
            told = "单位信息已变更。" if changed else "没有改动。"
            notices.leave(request, told)
            return redirect("employer:account")
    rows = [Row("单位名称", employer.name), Row("统一社会信用代码", employer.uscc, "number")]
    return draw(request, "details", here=_HERE, form=form, rows=rows, problems=problems_of(form))
