from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from anju.parties import actions, sessions
from anju.parties.sessions import Ended, Live
from anju.parties.tests import cast
from anju.store.audit import Actor

pytestmark = pytest.mark.django_db
Store = import_module(settings.SESSION_ENGINE).SessionStore


def request_with(session):
    request = RequestFactory().get("/")
    request.session = session
    request.user = AnonymousUser()
    return request


@pytest.fixture
def member():
    return cast.member()


def begun(user, *, hall="citizen", channel="h5", session=None):
    request = request_with(Store() if session is None else session)
    sessions.begin(request, user, hall=hall, channel=channel, at=cast.AT)
    request.session.save()
    return request


def checked(request, after):
    return sessions.check(request.session, request.user, cast.AT + after)


def test_a_planted_session_leads_nowhere(member):
    planted = Store()
    planted["basket"] = "of the attacker"
    planted.save()
    key = planted.session_key
    request = begun(member, session=Store(key))
    assert request.session.session_key != key
    assert "basket" not in request.session
    assert Store(key).load() == {}


def test_a_session_says_who_where_and_since_when(member):
    request = begun(member)
    kept = Store(request.session.session_key)
    assert (kept["hall"], kept["channel"]) == ("citizen", "h5")
    request.session = kept
    assert get_user(request) == member
    assert checked(request, timedelta(0)) == Live()


def test_visitors_are_live(member):
    request = request_with(Store())
    assert checked(request, timedelta(days=9)) == Live()


def test_idle_ends_a_session_and_use_keeps_it(member):
    request = begun(member)
    for minutes in range(0, 60, 10):
        assert checked(request, timedelta(minutes=minutes)) == Live()
    ended = checked(request, timedelta(minutes=50, seconds=901))
    assert ended == Ended("session_idle", "您已 15 分钟没有操作，为了资金安全请重新登录")


def test_every_session_ends_sometime(member):
    request = begun(member)
    minutes = 0
    while minutes <= 12 * 60:
        assert checked(request, timedelta(minutes=minutes)) == Live()
        minutes += 10
    assert checked(request, timedelta(minutes=minutes)).code == "session_old"


def test_staff_sessions_are_shorter():
    request = begun(cast.staff(), hall="counter", channel="counter")
    assert checked(request, timedelta(seconds=600)) == Live()
    assert checked(request, timedelta(seconds=600 + 601)).code == "session_idle"
    assert begun(cast.staff("teller.two"), hall="counter", channel="counter")


def test_a_view_does_not_rewrite_the_session_each_time(member):
    request = begun(member)
    request.session.modified = False
    checked(request, timedelta(seconds=29))
    assert not request.session.modified
    checked(request, timedelta(seconds=30))
    assert request.session.modified


def test_halls_do_not_mix(member):
    with pytest.raises(ValueError, match="counter"):
        begun(member, hall="counter")
    with pytest.raises(ValueError, match="citizen"):
        begun(cast.staff(), hall="citizen")
    request = begun(member)
    request.session["hall"] = "counter"
    assert checked(request, timedelta(0)).code == "session_elsewhere"


def test_a_session_without_its_stamps_is_over(member):
    request = begun(member)
    for spoiled in (None, "yesterday", 7):
        request.session["seen_at"] = spoiled
        assert checked(request, timedelta(0)).code == "session_unknown"


def test_a_new_password_ends_the_sessions_of_the_old_one(member):
    request = begun(member)
    actions.set_login_password(
        member.pk, password="New-pass-2026", actor=Actor.system(), at=cast.AT
    )
    assert not get_user(request).is_authenticated


def test_a_disabled_user_is_out_at_once(member):
    request = begun(member)
    actions.disable_user(member.pk, reason="挂失", actor=Actor.system(), at=cast.AT)
    assert not get_user(request).is_authenticated


def test_signing_out_leaves_nothing_on_the_server(member):
    request = begun(member)
    key = request.session.session_key
    sessions.end(request)
    assert Store(key).load() == {}
    assert not request.user.is_authenticated
