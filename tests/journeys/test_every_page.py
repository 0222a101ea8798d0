"""Every page of all halls, in every state the tour meets, is fit to be seen."""

from __future__ import annotations

import pytest
from django.urls import Resolver404, get_resolver, resolve
from playwright.sync_api import Page

from anju.channels.counter.desk import PLACES

from . import judge, tour
from .company import Company
from .halls import Way
from .judge import Part

pytestmark = [pytest.mark.processes, pytest.mark.journey]

# Addresses without a page of their own: pictures, data, ways on, and what only takes a post.
NO_PAGE = {
    *("citizen:challenge", "citizen:sign_out", "citizen:add_photo", "citizen:remove_photo"),
    *("citizen:photo", "citizen:cancel"),
    *("employer:challenge", "employer:sign_out", "employer:large", "employer:accept"),
    *("employer:end_others", "employer:agent_act", "employer:roster_act"),
    *(
        "employer:roster_template",
        "employer:members_file",
        "employer:receipt",
        "employer:history_file",
        "employer:list_file",
    ),
    *("employer:remittance_confirm", "employer:remittance_void", "employer:remittance_pay"),
    "employer:remittance_collect",
    *("employer:base_adjustment_act", "employer:base_adjustment_template"),
    *("employer:back_payment_confirm", "employer:entry_act", "employer:entry_photo"),
    *("employer:entry_add_photo", "employer:entry_remove_photo"),
    *(
        "counter:home",
        "counter:dunning_remind",
        "counter:large",
        "counter:sign_out",
        "counter:stay",
        "counter:decide",
        "counter:replace",
        "counter:picture",
        "counter:manual_decide",
        "counter:receipt_act",
        "counter:return_act",
        "counter:reconciliation_act",
        "counter:first_check",
        "counter:entry_act",
        "counter:entry_photo",
        "counter:receipt_reveal",
        "counter:day_end_act",
        "counter:day_end_period",
        "counter:interest_act",
    ),
    # Begun in July only; a browser looks at it beside its view.
    "counter:interest_board",
    # There once a day has ended and something was found; looked at beside its view too.
    *("counter:reconciliation_day", "counter:reconciliation_break", "counter:return"),
}


def addresses() -> set[str]:
    """Every named page of the halls. An employer's page need be seen at the counter only where
    nothing must be done first: in the employer hall it is seen in every state.
    """
    spaces = get_resolver().namespace_dict
    named = {
        f"{hall}:{name}"
        for hall in ("citizen", "employer", "counter")
        for name in spaces[hall][1].reverse_dict
        if isinstance(name, str)
    }
    desk = {name for name in named if name.startswith("counter:unit_")}
    return (named - desk - NO_PAGE) | {f"counter:unit_{page}" for page, _, _ in PLACES}


# On a push each look is taken once, in one of the two cities; at night both take all of them.
LOOKS = [
    ("yuncheng", "phone", Part.DARK | Part.TARGETS | Part.WIDTHS),
    ("xishuangbanna", "desktop", Part.LIGHT),
]
AT_NIGHT = [
    pytest.param(center, size, judge.WHOLE, marks=pytest.mark.nightly)
    for center, size in (("yuncheng", "desktop"), ("xishuangbanna", "phone"))
]


def _said(value: object) -> str:
    """Cities and sizes say which tour it is; what is looked at follows from them."""
    return value if isinstance(value, str) else "whole" if value == judge.WHOLE else "part"


@pytest.mark.parametrize(("center", "size", "parts"), [*LOOKS, *AT_NIGHT], ids=_said)
def test_every_page_is_fit_to_be_seen(
    company: Company, center: str, size: str, parts: Part
) -> None:
    found: list[str] = []
    visited: set[str] = set()

    def see(name: str, page: Page) -> None:
        fingers = size == "phone" and name.startswith("member/")
        here = parts if fingers else parts & ~Part.TARGETS
        found.extend(f"{name}: {fault}" for fault in judge.faults(page, here))
        path = page.url.removeprefix(company.demo.hall(center)).partition("?")[0].partition("#")[0]
        try:
            visited.add(resolve(path).view_name)
        except Resolver404:
            assert name.endswith("/not-found")

    tour.go(company, center, Way(size), see)
    assert not found, "\n".join(found)
    entries = {"citizen:h5_sign_in", "citizen:h5_sign_in_code", "citizen:h5"}
    if size == "phone":
        entries = {"citizen:sign_in_code"}
    assert addresses() - visited - entries == set()
