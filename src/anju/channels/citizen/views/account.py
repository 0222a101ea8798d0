"""The member's money: overview, account, movements, loan."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from anju import policy
from anju.business.contributions import facts as contributions
from anju.business.loans import facts as loans
from anju.cases import facts as cases
from anju.cases.records import Value
from anju.channels.citizen.hall import Here, channel_of, draw, members_only
from anju.channels.citizen.views.catalogue import tile
from anju.channels.pages.shapes import Chip, Row, RowKind, ServiceTile

FREQUENT_MAX = 8
SERVICES_MAX = 5
STANDING = (
    ("account", "公积金账户", "wallet"),
    ("movements", "业务明细", "list"),
    ("cases", "业务进度", "clock"),
    ("loan", "公积金贷款", "loan"),
    ("card", "收款银行卡", "card"),
    ("tools", "网点热线", "place"),
)
DOING_STATES = ("draft", "in_review", "returned", "paying", "payment_returned")
DOING_MAX = 3
NEWS_MAX = 3


@require_GET
@members_only
def home(request: HttpRequest) -> HttpResponse:
    """The overview: the balance, what is going on, what people come for, what is new."""
    person_id, at = request.person_id, request.at
    offered = cases.services_for(person_id, channel=channel_of(request), at=at)
    doing = [line for line in cases.cases_of(person_id, at=at) if line.state in DOING_STATES]
    return draw(
        request,
        "home",
        here=Here(tab="home"),
        overview=contributions.overview(person_id, at=at),
        labels=policy.current().labels,
        doing=doing[:DOING_MAX],
        tiles=_frequent([tile(card) for card in offered]),
        news=cases.messages(person_id, limit=NEWS_MAX),
    )


def _frequent(services: list[ServiceTile]) -> list[ServiceTile]:
    """Eight things people come for: services, open ones first, and the standing pages."""
    standing = [
        ServiceTile(name, label, "", reverse(f"citizen:{name}"), icon)
        for name, label, icon in STANDING
    ]
    opened = [shown for shown in services if shown.open]
    grey = [shown for shown in services if not shown.open]
    return [*(opened + grey)[:SERVICES_MAX], *standing][:FREQUENT_MAX]


@require_GET
@members_only
def account(request: HttpRequest) -> HttpResponse:
    """The account, with the city's fields under the city's labels."""
    page = contributions.account_page(request.person_id, at=request.at)
    return draw(
        request,
        "account",
        here=Here(tab="me", page="account"),
        account=page,
        rows=[_row(field) for field in page.fields] if page is not None else [],
        title=policy.current().account.title,
        labels=policy.current().labels,
    )


def _row(field: Value) -> Row:
    """A field of the account page; an amount that is a sum leads to how."""
    address = reverse("citizen:account_how", args=[field.code]) if field.has_trace else ""
    kind: RowKind = "money" if field.kind == "money" else "text"
    return Row(field.label, field.text, kind, href=address, action="怎么算的" if address else "")


@require_GET
@members_only
def how(request: HttpRequest, code: str) -> HttpResponse:
    """How an amount of the account comes about, to be followed with a pocket calculator."""
    trace = contributions.trace(request.person_id, code)
    if trace is None:
        raise Http404
    return draw(
        request,
        "account_how",
        here=Here(tab="me", page="account"),
        trace=trace,
    )


@require_GET
@members_only
def movements(request: HttpRequest) -> HttpResponse:
    """One year's movements, newest first, twenty at a time."""
    wanted = request.GET.get("year", "")
    page = contributions.movements(
        request.person_id,
        year=int(wanted) if wanted.isdecimal() and len(wanted) == 4 else None,
        before=request.GET.get("before") or None,
    )
    address = reverse("citizen:movements")
    chips: list[Chip] = []
    more = ""
    if page is not None:
        chips = [Chip(f"{y}年", f"{address}?year={y}", y == page.year) for y in page.years]
        if page.next_before:
            more = f"{address}?year={page.year}&before={page.next_before}"
    return draw(
        request,
        "movements",
        here=Here(tab="me", page="movements"),
        page=page,
        chips=chips,
        more_address=more,
        is_first="before" not in request.GET,
    )


@require_GET
@members_only
def loan(request: HttpRequest) -> HttpResponse:
    """What the member owes the fund, or that it is nothing."""
    return draw(
        request,
        "loan",
        here=Here(tab="me", page="loan"),
        loan=loans.outstanding_loan(request.person_id),
    )
