"""A session's life over HTTP: a new key at sign-in, two limits, an end that is one."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from anju import policy
from anju.channels.counter.tests import cast as counter
from anju.channels.employer.tests import cast as employer
from anju.parties import actions, captcha
from anju.parties.models import User
from anju.store.audit import Actor

from . import world as office
from .test_matrix import said
from .world import AT, CITIZEN_COOKIE, COUNTER_COOKIE, EMPLOYER_COOKIE

HALLS = {
    "citizen": ("owner", CITIZEN_COOKIE, "/me/", "/sign-out/"),
    "employer": ("administrator", EMPLOYER_COOKIE, "/unit/agents/", "/unit/sign-out/"),
    "counter": ("reviewer", COUNTER_COOKIE, "/counter/work/", "/counter/sign-out/"),
}
DOORS = {"citizen": "/sign-in/", "employer": "/unit/sign-in/", "counter": "/counter/sign-in/"}
# Whose key `World.browser` puts under a hall's cookie for "wrong_hall".
OTHER = {"citizen": "counter", "employer": "citizen", "counter": "employer"}
each_hall = pytest.mark.parametrize("hall", HALLS)


@pytest.fixture(autouse=True)
def _light_work(monkeypatch):
    """Tests solve many challenges: let luck be kind each time."""
    monkeypatch.setattr(captcha, "randbelow", lambda _: 98)


def sign_in(client, hall, *, at=AT):
    """Come in by the page; gives the answer."""
    if hall == "citizen":
        sent = {
            "id_number": office.OWNER.id_number,
            "password": office.citizen.PASSWORD,
            "captcha": captcha.solve(client.get("/sign-in/challenge/").json()),
        }
        return client.post("/sign-in/", sent)
    if hall == "employer":
        sent = {
            "id_number": employer.id_number(801),
            "password": employer.PASSWORD,
            "captcha": captcha.solve(client.get("/unit/sign-in/challenge/").json()),
        }
        code = client.post("/unit/sign-in/", sent)["Location"]
        return client.post(code, {"code": employer.latest_code()})
    sent = {
        "username": "reviewer.one",
        "password": counter.PASSWORD,
        "totp": pyotp.TOTP(counter.TOTP_SECRET).at(at),
    }
    return client.post("/counter/sign-in/", sent)


def limits_of(hall):
    """The hall's idle and absolute limits in seconds."""
    kind = {"citizen": "member", "employer": "agent", "counter": "staff"}[hall]
    params = policy.current().params
    return tuple(
        getattr(params, f"{kind}_session_{which}_seconds").on(AT.date()).value
        for which in ("idle", "absolute")
    )


@each_hall
def test_the_key_is_new_at_sign_in_and_the_old_one_opens_nothing(world, clock, hall):
    _who, cookie, page, _out = HALLS[hall]
    clock.set(AT + timedelta(minutes=2))
    client = Client()
    client.get(DOORS[hall])
    before = client.cookies[cookie].value
    assert sign_in(client, hall, at=clock.now()).status_code == 302
    after = client.cookies[cookie].value
    assert after != before
    assert said(client.get(page)) == "200"
    assert not Session.objects.filter(session_key=before).exists()
    planted = Client()
    planted.cookies[cookie] = before
    assert said(planted.get(page)) == "door"


@each_hall
def test_a_key_of_somebodys_own_making_is_never_taken_up(world, clock, hall):
    _who, cookie, page, _out = HALLS[hall]
    clock.set(AT + timedelta(minutes=2))
    client = Client()
    client.cookies[cookie] = "a" * 32
    assert sign_in(client, hall, at=clock.now()).status_code == 302
    assert client.cookies[cookie].value != "a" * 32
    assert said(client.get(page)) == "200"
    assert not Session.objects.filter(session_key="a" * 32).exists()


@each_hall
def test_an_unused_session_ends(world, clock, hall):
    who, _cookie, page, _out = HALLS[hall]
    idle, _whole = limits_of(hall)
    client = world.browser(who)
    clock.set(AT + timedelta(seconds=idle))
    assert said(client.get(page)) == "200"
    clock.set(clock.now() + timedelta(seconds=idle + 1))
    assert said(client.get(page)) == "door"
    clock.set(AT)
    assert said(world.browser(who).get(page)) == "door", "it ended on the server, for good"


@each_hall
def test_a_used_session_ends_too(world, clock, hall):
    who, _cookie, page, _out = HALLS[hall]
    idle, whole = limits_of(hall)
    client = world.browser(who)
    stays = client.post if hall == "counter" else client.get
    alive = "/counter/stay/" if hall == "counter" else page
    for _ in range(whole // (idle - 1)):
        clock.set(clock.now() + timedelta(seconds=idle - 1))
        assert said(stays(alive)) in ("200", "204")
    clock.set(AT + timedelta(seconds=whole))
    assert said(client.get(page)) == "200"
    clock.set(AT + timedelta(seconds=whole + 1))
    assert said(client.get(page)) == "door"


@each_hall
def test_signing_out_ends_it_for_whoever_has_the_key(world, hall):
    who, cookie, page, out = HALLS[hall]
    client, copy = world.browser(who), world.browser(who)
    key = client.cookies[cookie].value
    assert said(client.post(out)) == "door"
    assert said(copy.get(page)) == "door"
    assert not Session.objects.filter(session_key=key).exists()


@each_hall
def test_a_new_password_ends_every_session(world, hall):
    who, _cookie, page, _out = HALLS[hall]
    user = _user(world, who)
    actions.set_login_password(user.pk, password="Another-2026", actor=Actor.system(), at=AT)
    assert said(world.browser(who).get(page)) == "door"


@each_hall
def test_a_closed_login_ends_every_session(world, hall):
    who, _cookie, page, _out = HALLS[hall]
    user = _user(world, who)
    actions.disable_user(user.pk, reason="演示", actor=Actor.system(), at=AT)
    assert said(world.browser(who).get(page)) == "door"


def test_a_role_taken_away_is_gone_with_the_next_request(world):
    case = f"/counter/cases/{world.references['applicant']}/"
    browser = world.browser("reviewer")
    assert said(browser.get(case)) == "200"
    User.objects.filter(pk=world.users["reviewer"].pk).update(roles=["admin"])
    assert said(browser.get(case)) == "404"
    User.objects.filter(pk=world.users["reviewer"].pk).update(
        roles=["reviewer"], branch_code=office.OTHER_BRANCH
    )
    assert said(browser.get(case)) == "404"


def test_both_halls_live_side_by_side_in_one_browser(world):
    browser = world.browser("owner")
    browser.cookies[COUNTER_COOKIE] = world.cookies["reviewer"][COUNTER_COOKIE]
    assert said(browser.get("/me/")) == said(browser.get("/counter/work/")) == "200"
    browser.post("/counter/sign-out/")
    assert said(browser.get("/me/")) == "200"
    assert said(browser.get("/counter/work/")) == "door"


@each_hall
def test_the_other_halls_key_opens_nothing_and_is_not_harmed(world, hall):
    who, _cookie, page, _out = HALLS[hall]
    assert said(world.browser("wrong_hall", hall=hall).get(page)) == "door"
    theirs, _name, their_page, _o = HALLS[OTHER[hall]]
    assert said(world.browser(theirs).get(their_page)) == "200"
    assert said(world.browser(who).get(page)) == "200"


def test_a_key_is_long_and_nothing_but_a_key(world):
    keys = [next(iter(cookies.values())) for cookies in world.cookies.values()]
    assert len(set(keys)) == len(keys)
    assert all(len(key) >= 32 and key.isalnum() for key in keys)


def _user(world, who):
    if who in world.users:
        return world.users[who]
    return User.objects.get(person_id=world.people[who], kind="member")
