from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from anju.channels.counter import urls
from anju.channels.counter.tests import cast

OPEN_TO_ALL = {"sign_in", "sign_out", "large"}


def test_every_address_but_the_door_is_guarded():
    unguarded = {
        pattern.name
        for pattern in urls.urlpatterns
        if not getattr(pattern.callback, "staff_only", False)
    }
    assert unguarded == OPEN_TO_ALL


@pytest.mark.django_db
def test_strangers_are_shown_the_door():
    given = {
        "reference": "TQ202611200001",
        "decision": "approve",
        "slot": "id_front",
        "service": "contributions.stopping",
        "photo": 1,
        "person_id": 1,
        "evidence_id": 1,
        "code": "101",
        "voucher_id": 1,
        "employer_id": 1,
        "kind": "balance",
        "year": 2026,
        "deed": "sign",
        "day": "2026-11-20",
        "period": 202610,
        "account": "1",
        "break_id": 1,
        "order_no": "ZF0",
        "number": 1,
        "unit": "12149999DEM0000011",
    }
    client = Client()
    for pattern in urls.urlpatterns:
        if pattern.name in OPEN_TO_ALL:
            continue
        parts = {name: given[name] for name in pattern.pattern.converters}
        address = reverse(f"counter:{pattern.name}", kwargs=parts)
        answers = [client.get(address), client.post(address)]
        assert {answer.status_code for answer in answers} <= {302, 405}
        sent = [answer.headers["Location"] for answer in answers if answer.status_code == 302]
        assert sent
        assert all(place.startswith("/counter/sign-in/") for place in sent)


def test_the_page_asked_for_comes_after_signing_in(office):
    user = cast.staff("reviewer.one", "reviewer")
    client = Client()
    sent = client.get("/counter/breaks/")
    assert sent.headers["Location"] == "/counter/sign-in/?next=%2Fcounter%2Fbreaks%2F"
    page = client.get(sent.headers["Location"])
    assert 'name="next" value="/counter/breaks/"' in page.content.decode()
    answer = client.post("/counter/sign-in/", _answers(user) | {"next": "/counter/breaks/"})
    assert answer.headers["Location"] == "/counter/breaks/"


@pytest.mark.django_db
def test_nobody_is_sent_elsewhere():
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/", "/counter"):
        page = Client().get("/counter/sign-in/", {"next": elsewhere}).content.decode()
        assert 'name="next"' not in page.split("<main", 1)[1]
    ours = Client().get("/counter/sign-in/", {"next": "/counter/work/?show=all"}).content.decode()
    assert 'name="next" value="/counter/work/?show=all"' in ours


def test_a_wrong_code_is_refused_and_no_secret_comes_back(office):
    user = cast.staff("reviewer.one", "reviewer")
    typed = _answers(user)
    typed["totp"] = f"{(int(typed['totp']) + 1) % 10**6:06d}"
    answer = Client().post("/counter/sign-in/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert 'value="reviewer.one"' in page
    assert cast.PASSWORD not in page
    assert typed["totp"] not in page


def test_a_code_opens_once(office):
    user = cast.staff("reviewer.one", "reviewer")
    typed = _answers(user)
    assert Client().post("/counter/sign-in/", typed).status_code == 302
    assert Client().post("/counter/sign-in/", typed).status_code == 422


@pytest.mark.django_db
def test_an_empty_form_says_what_is_missing():
    page = Client().post("/counter/sign-in/", {}).content.decode()
    for sentence in ("请输入用户名", "请输入密码", "请输入动态验证码"):
        assert sentence in page


def test_leaving_ends_the_session(office):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    assert client.get("/counter/work/").status_code == 200
    left = client.post("/counter/sign-out/", {"why": "idle"})
    assert left.headers["Location"] == "/counter/sign-in/?ended=idle"
    assert "自动退出" in client.get(left.headers["Location"]).content.decode()
    assert client.get("/counter/work/").status_code == 302


def test_an_unused_session_ends_and_a_used_one_stays(office, clock):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    for _ in range(3):
        clock.set(clock.now() + timedelta(minutes=9))
        assert client.post("/counter/stay/").status_code == 204
    assert client.get("/counter/work/").status_code == 200
    clock.set(clock.now() + timedelta(minutes=11))
    page = client.get("/counter/work/", follow=True)
    assert page.redirect_chain[0][0].startswith("/counter/sign-in/")
    assert "没有操作" in page.content.decode()


def test_the_accountant_starts_at_the_breaks(office):
    client = cast.signed_in(cast.staff("accountant.one", "accountant", branch="center"))
    assert client.get("/counter/").headers["Location"] == "/counter/breaks/"


def test_the_rail_goes_by_role(office):
    teller = cast.signed_in(cast.staff("teller.one", "teller"))
    assert "支付异常" not in teller.get("/counter/work/").content.decode()
    reviewer = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    assert "支付异常" in reviewer.get("/counter/work/").content.decode()


def test_the_hall_is_part_of_the_site():
    assert reverse("counter:home") == "/counter/"
    assert get_resolver().resolve("/counter/work/").func.staff_only


def _answers(user):
    code = pyotp.TOTP(cast.TOTP_SECRET).at(cast.AT)
    return {"username": user.username, "password": cast.PASSWORD, "totp": code}
