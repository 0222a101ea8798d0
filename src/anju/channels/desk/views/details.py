"""单位信息变更: an administrator changes what the employer may change at once."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localdate

from anju.business.contributions import opening
from anju.business.contributions.accounts import changing
from anju.business.contributions.accounts.changing import Details, NotChanged
from anju.channels.desk.desk import draw, go
from anju.channels.desk.details_form import DetailsForm
from anju.channels.pages import notices
from anju.channels.pages.forms import problems_of
from anju.channels.pages.shapes import Row

_HERE = "details"


def details(request: HttpRequest) -> HttpResponse:
    """What stands now, and another one in its place."""
    employer = request.desk.employer
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
                **request.desk.by(request),
            )
        except NotChanged as refusal:
            form.add_error(refusal.about, f"{refusal}。")
        else:
            told = "单位信息已变更。" if changed else "没有改动。"
            notices.leave(request, told)
            return go(request, "account")
    rows = [Row("单位名称", employer.name), Row("统一社会信用代码", employer.uscc, "number")]
    return draw(request, "details", here=_HERE, form=form, rows=rows, problems=problems_of(form))
