"""What every answer carries, and what a session may and may not do."""

import pytest
from django.test import Client

from anju.config.middleware import cookie_name, hall_of
from anju.parties import actions, sessions
from anju.store.audit import Actor

pytestmark = pytest.mark.django_db
CITIZEN, COUNTER = "anju_yuncheng_citizen", "anju_yuncheng_counter"


@pytest.fixture
def member(clock):
    person = actions.enrol_person(
        name="演示·甲", id_number="149999196603150137", actor=Actor.system(), at=clock.now()
    )
    return actions.open_login(
        person.pk, password="Member-2026", actor=Actor.system(), at=clock.now()
    )


def signed_in(user, clock, hall="citizen", channel="web"):
    """A client whose cookie belongs to a session that sign-in has begun."""
    from django.test import RequestFactory

    from anju.config.sessions import SessionStore

    request = RequestFactory().get("/")
    request.session, request.at = SessionStore(), clock.now()
    sessions.begin(request, user, hall=hall, channel=channel, at=clock.now())
    request.session.save()
    client = Client()
    client.cookies[cookie_name("yuncheng", hall, production=False)] = request.session.session_key
    return client


def test_probes_answer_without_session_or_clock(client):
    assert client.get("/healthz").content == b"ok"
    ready = client.get("/readyz")
    assert ready.status_code == 200, ready.content
    assert ready.json() == {"database": True, "schema": True, "migrations": True}
    assert not client.cookies


def test_every_page_is_guarded_and_kept_by_nobody(client):
    answer = client.get("/sign-in/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_request_has_an_id_that_is_ours_or_looks_like_one(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abcd-1234"})["X-Request-ID"] == (
        "abcd-1234"
    )
    for odd in ("x", "a b c d e f g h", "a" * 65, "{{7*7}}-{{7*7}}"):
        assert client.get("/healthz", headers={"X-Request-ID": odd})["X-Request-ID"] != odd


def test_a_missing_page_says_what_is_safe_and_gives_a_reference(client):
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert answer["X-Request-ID"] in answer.content.decode()


def test_a_form_of_another_site_is_refused(member, clock):
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(member, clock).cookies
    assert client.post("/sign-out/").status_code == 403


def test_a_session_lives_under_its_halls_cookie(member, clock):
    client = signed_in(member, clock)
    assert client.get("/me/").status_code == 200
    carried = Client()
    carried.cookies[COUNTER] = client.cookies[CITIZEN].value
    answer = carried.get("/counter/")
    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]
    # … and the member's own session is none the worse for it.
    assert client.get("/me/").status_code == 200


def test_a_session_ends_by_idling_on_our_clock(member, clock):
    client = signed_in(member, clock)
    clock.advance(minutes=10)
    assert client.get("/me/").status_code == 200
    clock.advance(minutes=10)
    assert client.get("/me/").status_code == 200
    clock.advance(hours=1)
    answer = client.get("/me/")
    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]
    assert "没有操作" in client.get(answer["Location"]).content.decode()


def test_an_ended_session_tells_a_script_where_to_go(member, clock):
    client = signed_in(member, clock)
    clock.advance(hours=1)
    answer = client.get("/me/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "sign-in" in answer["HX-Redirect"]


def test_halls_by_hostname_or_path(rf):
    from dataclasses import replace

    from django.conf import settings

    by_path = settings.ENVIRONMENT
    assert hall_of(rf.get("/counter/work/"), by_path) == "counter"
    assert hall_of(rf.get("/counterfeit/"), by_path) == "citizen"
    by_host = replace(by_path, hall_hosts={"testserver": "counter"})
    assert hall_of(rf.get("/"), by_host) == "counter"
