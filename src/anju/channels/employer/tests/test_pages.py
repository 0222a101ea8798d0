"""Inside the hall: who may see what of whom, and what an ended appointment leaves: nothing."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from anju.channels.employer.tests import cast
from anju.channels.employer.tests.test_sign_in import text
from anju.parties import appointments
from anju.parties.models import Appointment, SmsMessage
from anju.store.fields import unseal

OPEN = {
    *("sign_in", "challenge", "second_factor", "sign_up", "forgot", "sign_out", "large"),
    *("opening", "opening_details", "opening_done"),
}


@pytest.fixture
def office(hall):
    """An employer with an administrator and a clerk, and another with an administrator."""
    admin = cast.agent(1)
    works = admin.appointments.get().employer
    return {
        "works": works,
        "admin": admin,
        "clerk": cast.agent(2, of=works, by=admin),
        "other": cast.agent(5, of=cast.employer(5)),
    }


def key(user):
    return Appointment.objects.get(user=user).pk


def test_every_page_but_the_doors_asks_who_is_there():
    (resolver,) = (
        one
        for one in get_resolver().url_patterns
        if isinstance(one, URLResolver) and one.namespace == "employer"
    )
    unguarded = {
        pattern.name
        for pattern in resolver.url_patterns
        if not (
            getattr(pattern.callback, "signed_in", False)
            or getattr(pattern.callback, "agents_only", False)
        )
    }
    assert unguarded == OPEN


def test_an_administrator_invites_and_the_list_shows_it(office):
    browser = cast.signed_in(office["admin"])
    sent = {"name": "演示·新人", "phone": cast.phone(7), "role": "clerk"}
    assert browser.post("/unit/agents/invite/", sent)["Location"] == "/unit/agents/"
    page = text(browser.get("/unit/agents/"))
    for words in ("演示·新人", "150****0007", "待注册", "演示·经办2", "经办员"):
        assert words in page
    assert cast.phone(7) not in page
    assert "邀请您担任经办员" in unseal(SmsMessage.objects.latest("pk"), "text").expose()


def test_a_bad_invitation_is_told_beside_its_fields(office):
    browser = cast.signed_in(office["admin"])
    page = text(browser.post("/unit/agents/invite/", {"phone": "123", "role": "owner"}), 422)
    for field in ("name", "phone", "role"):
        assert f'id="id_{field}-error"' in page
    sent = {"name": "演示·经办2", "phone": cast.phone(2), "role": "clerk"}
    assert "已是本单位经办人" in text(browser.post("/unit/agents/invite/", sent), 422)


def test_a_clerk_manages_nobody_but_may_leave(office):
    browser = cast.signed_in(office["clerk"])
    home = text(browser.get("/unit/"))
    assert "由单位管理员办理" in home
    assert 'href="/unit/agents/"' not in home
    assert f"/unit/agents/{key(office['clerk'])}/" in home
    for path in ("/unit/agents/", "/unit/agents/invite/"):
        assert browser.get(path).status_code == 403
        assert browser.post(path, {}).status_code in (403, 405)
    theirs, own = key(office["admin"]), key(office["clerk"])
    assert browser.get(f"/unit/agents/{theirs}/").status_code == 404
    assert browser.post(f"/unit/agents/{theirs}/end/").status_code == 404
    page = text(browser.post(f"/unit/agents/{own}/role/", {"role": "admin"}), 422)
    assert "只有单位管理员" in page
    assert browser.post(f"/unit/agents/{own}/end/")["Location"] == "/unit/"
    assert browser.get("/unit/")["Location"] == "/unit/sign-in/"


def test_a_role_is_changed_and_the_last_administrator_stays(office):
    browser = cast.signed_in(office["admin"])
    admin, clerk = key(office["admin"]), key(office["clerk"])
    page = text(browser.post(f"/unit/agents/{admin}/end/"), 422)
    assert "至少要有一名单位管理员" in page
    page = text(browser.post(f"/unit/agents/{admin}/role/", {"role": "clerk"}), 422)
    assert "至少要有一名单位管理员" in page
    browser.post(f"/unit/agents/{clerk}/role/", {"role": "admin"})
    assert browser.post(f"/unit/agents/{admin}/end/").status_code == 302
    assert Appointment.objects.get(pk=admin).ended_why == "left"


@pytest.mark.parametrize("deed", ["role", "end"])
def test_agents_of_another_employer_get_nothing(office, deed):
    browser, theirs = cast.signed_in(office["other"]), key(office["clerk"])
    before = list(Appointment.objects.order_by("pk").values())
    assert browser.get(f"/unit/agents/{theirs}/").status_code == 404
    answer = browser.post(f"/unit/agents/{theirs}/{deed}/", {"role": "admin"})
    assert answer.status_code == 404
    assert "演示·经办2" not in text(browser.get("/unit/agents/"))
    assert list(Appointment.objects.order_by("pk").values()) == before


def test_a_removed_agents_next_request_gets_nothing(office):
    clerk = cast.signed_in(office["clerk"])
    assert clerk.get("/unit/").status_code == 200
    appointments.end(
        key(office["clerk"]),
        employer_id=office["works"].pk,
        by=office["admin"].pk,
        at=cast.AT,
    )
    answer = clerk.get("/unit/", follow=True)
    assert answer.redirect_chain[0][0] == "/unit/sign-in/"
    assert "您已不再是该单位的经办人" in text(answer)
    back = cast.signed_in(office["clerk"])
    assert back.get("/unit/")["Location"] == "/unit/choose/"
    assert "您目前没有可以办理的单位" in text(back.get("/unit/choose/"))
    assert back.get("/unit/agents/")["Location"] == "/unit/choose/"


@pytest.mark.parametrize("path", ["", "accept/"])
def test_nobody_acts_by_an_appointment_of_somebody_else(office, path):
    browser = cast.signed_in(office["other"])
    for chosen in (key(office["admin"]), "0", "", "x", "9" * 30):
        answer = browser.post(f"/unit/choose/{path}", {"appointment": chosen})
        assert answer.status_code == 404
    assert "演示·单位5" in text(browser.get("/unit/"))


# -- security settings ---------------------------------------------------------------------------


def test_other_sign_ins_are_listed_and_ended(office):
    here, there = cast.signed_in(office["admin"]), cast.signed_in(office["admin"])
    page = text(here.get("/unit/security/"))
    assert page.count("未知设备") == 2
    assert page.count("本次登录") == 1
    assert here.post("/unit/security/end-others/").status_code == 302
    answer = there.get("/unit/", follow=True)
    assert "已在其他设备上被结束" in text(answer)
    assert text(here.get("/unit/security/")).count("未知设备") == 1


def test_a_changed_password_ends_the_others_and_keeps_this_one(office):
    here, there = cast.signed_in(office["admin"]), cast.signed_in(office["admin"])
    sent = {"current": "wrong", "password": "Another-2026", "again": "Another-2026"}
    page = text(here.post("/unit/security/password/", sent), 422)
    assert 'id="id_current-error"' in page
    sent["current"] = cast.PASSWORD
    assert here.post("/unit/security/password/", sent)["Location"] == "/unit/security/"
    assert "登录密码已修改" in text(here.get("/unit/security/"))
    assert there.get("/unit/")["Location"].startswith("/unit/sign-in/")


def test_the_phone_is_changed_with_a_code_to_the_new_one(office):
    browser, page = cast.signed_in(office["admin"]), "/unit/security/phone/"
    assert 'id="id_phone-error"' in text(browser.post(page, {"send_code": "1"}), 422)
    sent = {"phone": cast.phone(8), "current": cast.PASSWORD}
    told = text(browser.post(page, {**sent, "send_code": "1"}))
    assert "验证码已发送到 150****0008" in told
    code = cast.latest_code()
    other = {**sent, "phone": cast.phone(9), "code": code}
    assert "办理内容已变化" in text(browser.post(page, other), 422)
    wrong = {**sent, "code": code, "current": "Wrong-2026"}
    assert 'id="id_current-error"' in text(browser.post(page, wrong), 422)
    assert browser.post(page, {**sent, "code": code})["Location"] == "/unit/security/"
    assert "150****0008" in text(browser.get("/unit/security/"))
    last = SmsMessage.objects.latest("pk")
    assert unseal(last, "phone").expose() == cast.phone(1)
    assert "手机号码已更换为" in unseal(last, "text").expose()


def test_an_app_is_enrolled_and_removed_by_the_pages(office):
    browser = cast.signed_in(office["admin"])
    page = "/unit/security/totp/"
    assert "开始启用" in text(browser.get(page))
    browser.post(page, {"offer": "1"})
    shown = text(browser.get(page)).partition('class="totp-key numbers">')[2].partition("<")[0]
    code = pyotp.TOTP(shown.replace(" ", "")).at(cast.AT)
    wrong = text(browser.post(page, {"totp": "000000", "current": cast.PASSWORD}), 422)
    assert 'id="id_totp-error"' in wrong
    sent = {"totp": code, "current": cast.PASSWORD}
    assert browser.post(page, sent)["Location"] == "/unit/security/"
    assert "停用" in text(browser.get(page))
    browser.post(page, {"current": cast.PASSWORD})
    assert "开始启用" in text(browser.get(page))


def test_a_session_ends_by_idling_and_for_good(office, clock):
    browser = cast.signed_in(office["admin"])
    clock.set(cast.AT + timedelta(minutes=21))
    answer = browser.get("/unit/agents/", follow=True)
    assert "没有操作" in text(answer)
    clock.set(cast.AT)
    assert browser.get("/unit/")["Location"] == "/unit/sign-in/"


def test_signing_out_ends_it(office):
    browser = cast.signed_in(office["admin"])
    assert browser.post("/unit/sign-out/")["Location"] == "/unit/sign-in/"
    assert browser.get("/unit/")["Location"] == "/unit/sign-in/"


def test_a_page_asked_for_is_come_back_to(hall):
    answer = Client().get("/unit/agents/")
    assert answer["Location"] == "/unit/sign-in/?next=%2Funit%2Fagents%2F"
