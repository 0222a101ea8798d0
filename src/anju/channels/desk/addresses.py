"""Addresses of the desk's pages; each hall mounts them under its own, behind its own guard."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from anju.channels.desk.desk import View
from anju.channels.desk.views import (
    account,
    adjustments,
    back_payments,
    details,
    history,
    members,
    moves,
    people,
    remittances,
    rosters,
)

Methods = tuple[str, ...]
GET: Methods = ("GET",)
POST: Methods = ("POST",)
BOTH: Methods = ("GET", "POST")

_PAGES: tuple[tuple[str, Methods, View, str], ...] = (
    ("people/members/", BOTH, members.members, "members"),
    ("people/members/file/<slug:kind>/", POST, members.members_file, "members_file"),
    ("people/members/<slug:number>/", GET, members.member, "member"),
    ("people/enrol/", BOTH, people.enrol, "enrol"),
    ("people/seals/", BOTH, people.seals, "seals"),
    ("people/moves/", BOTH, moves.moves, "moves"),
    ("people/moves/offer/", BOTH, moves.offer, "move_offer"),
    ("people/rosters/", BOTH, rosters.rosters, "rosters"),
    ("people/rosters/template/<slug:kind>/", GET, rosters.template, "roster_template"),
    ("people/rosters/<slug:reference>/", GET, rosters.roster, "roster"),
    ("people/rosters/<slug:reference>/rows/<int:number>/", BOTH, rosters.row, "roster_row"),
    ("people/rosters/<slug:reference>/<slug:deed>/", POST, rosters.act, "roster_act"),
    ("account/", GET, account.account, "account"),
    ("account/certificate/", BOTH, account.certificate, "certificate"),
    ("account/receipts/<slug:number>/", GET, account.receipt, "receipt"),
    ("account/history/", GET, history.history, "history"),
    ("account/history/file/<slug:kind>/", POST, history.history_file, "history_file"),
    ("remittances/", GET, remittances.remittances, "remittances"),
    ("remittances/confirm/", POST, remittances.confirm, "remittance_confirm"),
    ("remittances/<slug:number>/", GET, remittances.one, "remittance"),
    ("remittances/<slug:number>/void/", POST, remittances.void, "remittance_void"),
    ("remittances/<slug:number>/pay/", POST, remittances.pay, "remittance_pay"),
    ("remittances/<slug:number>/file/<slug:kind>/", POST, history.list_file, "list_file"),
    ("remittances/<slug:number>/collect/", POST, remittances.collect, "remittance_collect"),
    ("adjustments/base/", GET, adjustments.base_adjustment, "base_adjustment"),
    (
        "adjustments/base/template/<slug:kind>/",
        GET,
        adjustments.template,
        "base_adjustment_template",
    ),
    ("adjustments/base/<slug:deed>/", POST, adjustments.act, "base_adjustment_act"),
    ("adjustments/ratio/", BOTH, adjustments.ratio_change, "ratio_change"),
    ("back-payments/", BOTH, back_payments.back_payments, "back_payments"),
    ("back-payments/confirm/", POST, back_payments.confirm, "back_payment_confirm"),
)
# What an employer's clerk may not do.
_RESPONSIBLE: tuple[tuple[str, Methods, View, str], ...] = (
    ("account/details/", BOTH, details.details, "details"),
)


def addresses(
    guard: Callable[[View], View],
    *,
    responsible: Callable[[View], View],
    under: str = "",
    prefix: str = "",
) -> list[URLPattern]:
    """The pages behind a hall's guard; `responsible` guards what is for those in charge.

    `under` stands before every route, `prefix` before every name.
    """
    guarded = [(guard, *page) for page in _PAGES] + [(responsible, *page) for page in _RESPONSIBLE]
    # A method that nobody may use is refused before anybody is looked at.
    return [
        path(under + route, require_http_methods(methods)(who(view)), name=prefix + name)
        for who, route, methods, view, name in guarded
    ]
