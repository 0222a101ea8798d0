"""A form is ours or it is not taken: every POST without this session's own token answers 403.

The bank's inbox carries no session; without the bank's signature it answers 401.
"""

from __future__ import annotations

import re

import pytest
from django.urls import resolve

from anju import ports

from . import world as office
from .matrix import ROWS
from .routes import Route
from .test_matrix import SternBank, hall_of, said

POSTS = [row for row in ROWS if set(row.post.values()) != {"405"} and row.name != "pages:gallery"]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def post(world, row, visitor, **more):
    address = Route(row.name, frozenset()).address(row.parts(world))
    browser = world.browser(visitor, hall=hall_of(row.name), checks_forms=True)
    with office.undone(), ports.offering("bank", SternBank()):
        before = office.state()
        answer = browser.post(address, {**row.sent(world), **more})
        assert office.state() == before or "csrfmiddlewaretoken" in more
        return answer


@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.name)
def test_no_post_without_this_sessions_token(world, row):
    unsigned = 401 if row.name == "inbound:bank_notice" else 403
    for visitor in ("anonymous", "owner", "administrator", "reviewer"):
        assert post(world, row, visitor).status_code == unsigned
    if unsigned == 401:
        return
    # A token of one's own session, carried into the session of somebody else.
    page = world.browser("stranger").get("/me/").content.decode()
    theirs = TOKEN.search(page)[1]
    assert post(world, row, "owner", csrfmiddlewaretoken=theirs).status_code == 403
    assert post(world, row, "administrator", csrfmiddlewaretoken=theirs).status_code == 403
    assert post(world, row, "reviewer", csrfmiddlewaretoken=theirs).status_code == 403


def test_a_page_of_ours_carries_the_token_that_opens(world):
    """The other side of it: were every POST refused, the tests above would prove nothing."""
    browser = world.browser("owner", checks_forms=True)
    token = TOKEN.search(browser.get("/me/").content.decode())[1]
    sent = {"csrfmiddlewaretoken": token, "large": "1", "next": "/me/"}
    assert browser.post("/pages/large/", sent)["Location"] == "/me/"


def test_only_the_signed_inbox_goes_unchecked(world):
    unchecked = {
        row.name
        for row in ROWS
        if getattr(
            resolve(Route(row.name, frozenset()).address(row.parts(world))).func,
            "csrf_exempt",
            False,
        )
    }
    assert unchecked == {"inbound:bank_notice"}


def test_another_sites_form_is_refused_even_with_the_token(world):
    browser = world.browser("owner", checks_forms=True)
    token = TOKEN.search(browser.get("/me/").content.decode())[1]
    sent = {"csrfmiddlewaretoken": token}
    answer = browser.post("/sign-out/", sent, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert said(browser.get("/me/")) == "200"
