"""An employer's business at the counter, page after page; see `tour`."""

from __future__ import annotations

from typing import Protocol

from .halls import CounterHall

# An employer's pages at the counter; each state of them is seen in the employer hall.
_PAGES = {
    "members": "people/members/",
    "rosters": "people/rosters/",
    "moves": "people/moves/",
    "remittances": "remittances/",
    "back-payments": "back-payments/",
    "history": "account/history/",
    "base-adjustment": "adjustments/base/",
    "ratio-change": "adjustments/ratio/",
    "details": "account/details/",
    "certificate": "account/certificate/",
    "seals": "people/seals/",
    "enrol": "people/enrol/",
}


class Show(Protocol):
    """Goes to an address, if one is given, and shows the page."""

    def __call__(self, name: str, path: str = "") -> None: ...


def go(desk: CounterHall, show: Show) -> None:
    """Find an employer, and look at each of its pages."""
    page = desk.page
    show("none", "/counter/employers/?like=%E6%97%A0")
    show("list", "/counter/employers/")
    desk.press_on(page.locator("a.line-link").first)
    show("account")
    root = page.url.rpartition("account/")[0]
    for name, path in _PAGES.items():
        show(name, root + path)
    desk.press_on(page.locator("form.card .btn-primary"))
    show("enrol-mistakes")
