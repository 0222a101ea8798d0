"""汇缴清册: the month whose turn it is is confirmed, its notice shown, and what became of it."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localtime

from anju.business.contributions import remitting, remitting_facts
from anju.business.contributions.collecting.actions import Fetching, fetch
from anju.business.contributions.collecting.facts import fetching_of
from anju.business.contributions.remitting import Confirmed, NotVoidable
from anju.business.contributions.remitting_facts import ListFacts, RemittancePage
from anju.business.treasury.facts import fetched_for
from anju.channels.desk.desk import NO_ACCOUNT, draw, go
from anju.channels.desk.seen import SeenForm, told
from anju.channels.pages import notices
from anju.channels.pages.row_keys import row_key
from anju.channels.pages.shapes import Problem, Row

_HERE = "remittances"


class ConfirmForm(SeenForm):
    """What the page showed, with its month."""

    month = forms.DateField(input_formats=["%Y-%m-%d"])


def remittances(request: HttpRequest) -> HttpResponse:
    """What is due, or the list that waits for its money; lists of before."""
    return _draw(request)


def _draw(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    employer = request.desk.employer.employer_id
    page = remitting_facts.page(employer, on=request.business_date, number=_page(request))
    if page is None:
        return draw(request, "remittances", here=_HERE, page=None, none=NO_ACCOUNT)
    return draw(
        request,
        "remittances",
        here=_HERE,
        page=page,
        rows=[*_notice(page.live), *_fetched(page.live)] if page.live else _due(page),
        fetching=fetching_of(page.account_id, page.live),
        request_key=uuid4().hex,
        problems=problems,
    )


def _page(request: HttpRequest) -> int:
    return row_key(request.GET.get("page", "")) or 1


def _due(page: RemittancePage) -> list[Row]:
    return [
        Row("单位账号", page.account_number, "number"),
        Row("单位账户状态", page.state_text),
        Row("缴至年月", page.paid_through, "month"),
        Row("汇缴人数", f"{page.due.headcount:,} 人"),
        Row("单位部分", page.due.employer_fen, "money"),
        Row("个人部分", page.due.member_fen, "money"),
        Row("缴存期限", page.due.due_on, "day"),
        Row("未分摊资金", page.unallocated_fen, "money"),
    ]


def _notice(live: ListFacts) -> list[Row]:
    reason = [Row("补缴原因", live.reason_text)] if live.is_back else []
    return [
        Row("清册编号", live.number, "number", note="转账时请写进备注，凭它入账", strong=True),
        Row("收款账号", live.receiving_account, "number"),
        Row("收款银行", live.receiving_bank),
        *reason,
        Row(f"{live.kind_text}人数", f"{live.headcount:,} 人"),
        Row("单位部分", live.employer_fen, "money"),
        Row("个人部分", live.member_fen, "money"),
        Row("缴存期限", live.due_on, "day"),
        Row("确认时间", live.confirmed_at, "moment"),
    ]


def _fetched(live: ListFacts) -> list[Row]:
    """What became of the times that the bank was asked for the money."""
    rows = []
    for each in fetched_for(live.number):
        why = f"：{each.reason}" if each.reason else ""
        asked = f"{localtime(each.written_at):%m月%d日 %H:%M} 提交，编号 {each.order_no}"
        rows.append(Row("委托收款", f"{each.status_text}{why}", note=asked))
    return rows


def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the list as it was shown."""
    account = remitting_facts.account_key(request.desk.employer.employer_id)
    form = ConfirmForm(request.POST)
    if account is None or not form.is_valid():
        raise Http404
    month = form.cleaned_data["month"]
    answer = remitting.confirm(account, month=month, **form.seen(request))
    if isinstance(answer, Confirmed):
        notices.leave(request, f"清册已确认，编号 {answer.number}。请按通知缴款。")
        return go(request, "remittances")
    return _draw(request, told(answer.findings))


def one(request: HttpRequest, number: str) -> HttpResponse:
    """A list of this employer's, person by person."""
    found, people = _one(request, number)
    rows = _notice(found)
    if found.allocated_on is not None:
        rows.append(Row("入账日期", found.allocated_on, "day"))
    return draw(request, "remittance", here=_HERE, found=found, rows=rows, people=people)


def _one(request: HttpRequest, number: str) -> tuple[ListFacts, remitting_facts.People]:
    employer = request.desk.employer.employer_id
    try:
        return remitting_facts.one(employer, number, page=_page(request))
    except LookupError as error:
        raise Http404 from error


def void(request: HttpRequest, number: str) -> HttpResponse:
    """Take back a list for which nothing was booked."""
    _one(request, number)
    try:
        remitting.void(number, **request.desk.by(request))
    except NotVoidable as refusal:
        notices.leave(request, f"{refusal}。", tone="danger")
    else:
        notices.leave(request, f"清册 {number} 已作废。为它转来的款项留在未分摊资金里。")
    return go(request, "remittances")


def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Pay a list from the employer's unallocated money."""
    _one(request, number)
    remitting.pay_from_unallocated(number, **request.desk.by(request))
    notices.leave(request, "已提交，正在从未分摊资金入账，稍后刷新查看。")
    return go(request, "remittances")


def collect(request: HttpRequest, number: str) -> HttpResponse:
    """Have the bank fetch a list's money under the employer's agreement."""
    _one(request, number)
    answer = fetch(number, **request.desk.by(request))
    if not isinstance(answer, Fetching):
        return _draw(request, told(answer.findings))
    notices.leave(request, f"已提交委托收款，编号 {answer.order_no}。银行收到款项后自动入账。")
    return go(request, "remittances")
