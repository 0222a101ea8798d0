"""Coming in, registering, forgetting: by the pages, with and without script."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.test import Client

from anju.channels.employer import hall as employer_hall
from anju.channels.employer.tests import cast
from anju.parties import appointments, captcha
from anju.parties.models import SmsMessage, User
from anju.store.audit import Actor

DOOR, SECOND = "/unit/sign-in/", "/unit/sign-in/code/"


@pytest.fixture(autouse=True)
def _light_work(monkeypatch):
    monkeypatch.setattr(captcha, "randbelow", lambda _: 98)


def knock(browser, order=1, password=cast.PASSWORD, *, script=True, **more):
    sent = {"id_number": cast.id_number(order), "password": password, **more}
    if script:
        sent["captcha"] = captcha.solve(browser.get(f"{DOOR}challenge/").json())
    return browser.post(DOOR, sent)


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def test_the_page_carries_the_citys_words(hall):
    page = text(Client().get(DOOR))
    for words in ("网上服务大厅（单位版）", "请输入证件号码", "请输入密码", "注册", "忘记密码"):
        assert words in page
    assert "请及时核实并补充" in page


def test_password_then_a_code_by_sms_then_home(hall):
    cast.agent()
    browser = Client()
    assert knock(browser)["Location"] == SECOND
    page = text(browser.get(SECOND))
    assert "150****0001" in page
    assert "动态口令" not in page
    wrong = text(browser.post(SECOND, {"code": "00000x"}), 422)
    assert "验证码不正确" in wrong
    assert browser.post(SECOND, {"code": cast.latest_code()})["Location"] == "/unit/"
    home = text(browser.get("/unit/"))
    for words in ("演示·单位1", cast.uscc(), "演示·经办1", "单位管理员", "账户管理"):
        assert words in home
    assert "尚未开放" not in home


def test_what_opens_nothing_yet_is_said(hall, monkeypatch):
    monkeypatch.delitem(employer_hall.PAGES, "certificate")
    home = text(cast.signed_in(cast.agent()).get("/unit/"))
    assert "标为“尚未开放”的功能会陆续上线" in home


def test_a_wrong_password_keeps_the_number_and_never_the_password(hall):
    cast.agent()
    page = text(knock(Client(), password="Wrong-2026"), 422)
    assert cast.id_number() in page
    assert "Wrong-2026" not in page
    assert "还可再试 4 次" in page


def test_the_app_is_asked_first_and_the_text_only_when_wished_for(hall):
    cast.agent(totp=True)
    before, browser = SmsMessage.objects.count(), Client()
    knock(browser)
    assert SmsMessage.objects.count() == before
    assert "动态口令" in text(browser.get(SECOND))
    assert "动态口令不正确" in text(browser.post(SECOND, {"totp": "000000"}), 422)
    assert browser.post(SECOND, {"send_code": "1"})["Location"] == SECOND
    assert SmsMessage.objects.count() == before + 1
    code = pyotp.TOTP(cast.TOTP_SECRET).at(cast.AT)
    assert browser.post(SECOND, {"totp": code})["Location"] == "/unit/"


def test_without_script_a_code_takes_the_challenges_place(hall):
    cast.agent()
    browser = Client()
    answer = knock(browser, script=False, next="/unit/security/")
    assert answer["Location"] == SECOND
    assert "如果证件号码和密码正确" in text(browser.get(SECOND))
    answer = browser.post(SECOND, {"code": cast.latest_code()})
    assert answer["Location"] == "/unit/security/"


def test_without_script_a_stranger_sees_the_same_page(hall):
    cast.agent()
    pages = []
    for order in (1, 2):
        browser = Client()
        password = cast.PASSWORD if order == 1 else "Wrong-2026"
        knock(browser, order, password, script=False)
        page = text(browser.get(SECOND))
        pages.append(page.partition("<main")[2].replace(_token(page), ""))
    assert pages[0] == pages[1]


def _token(page):
    return page.partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]


def test_the_code_page_without_a_first_step_leads_back(hall):
    assert Client().get(SECOND)["Location"] == DOOR


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", ""])
def test_signing_in_never_leads_elsewhere(hall, wanted):
    cast.agent()
    browser = Client()
    knock(browser, next=wanted)
    assert browser.post(SECOND, {"code": cast.latest_code()})["Location"] == "/unit/"


def test_who_acts_for_several_chooses_and_changes_over(hall):
    admin, other = cast.agent(1), cast.agent(5, of=cast.employer(5))
    bureau = other.appointments.get().employer
    made = appointments.invite(
        bureau.pk, name="演示·经办1", phone=cast.phone(1), role="clerk", by=other.pk, at=cast.AT
    )
    appointments.accept(made, user_id=admin.pk, at=cast.AT)
    browser = Client()
    knock(browser)
    assert browser.post(SECOND, {"code": cast.latest_code()})["Location"] == "/unit/choose/"
    assert browser.get("/unit/")["Location"] == "/unit/choose/"
    page = text(browser.get("/unit/choose/"))
    assert "演示·单位1" in page
    assert "演示·单位5" in page
    browser.post("/unit/choose/", {"appointment": made})
    assert "您以经办员的身份办理业务" in text(browser.get("/unit/"))
    theirs = other.appointments.get().pk
    assert browser.post("/unit/choose/", {"appointment": theirs}).status_code == 404


def test_an_invitation_is_taken_up_inside(hall):
    admin, other = cast.agent(1), cast.agent(5, of=cast.employer(5))
    works = admin.appointments.get().employer
    made = appointments.invite(
        works.pk, name="演示·经办5", phone=cast.phone(5), role="clerk", by=admin.pk, at=cast.AT
    )
    browser = cast.signed_in(other)
    assert "演示·单位1" in text(browser.get("/unit/choose/"))
    assert browser.post("/unit/choose/accept/", {"appointment": made})["Location"] == "/unit/"
    assert "演示·单位1" in text(browser.get("/unit/"))
    again = browser.post("/unit/choose/accept/", {"appointment": made})
    assert again.status_code == 404


# -- registering, forgetting ---------------------------------------------------------------------


def typed(order=1, **more):
    who = cast.applicant(order, cast.employer(order)) if "uscc" not in more else None
    named = {} if who is None else vars(who)
    return {**named, "password": cast.PASSWORD, "again": cast.PASSWORD, "code": "", **more}


def test_an_invited_agent_registers_and_comes_in(hall):
    sent = typed()
    from anju.parties.models import Employer

    appointments.invite_first(
        Employer.objects.get().pk,
        name=sent["name"],
        phone=sent["phone"],
        by=Actor.system(),
        at=cast.AT,
    )
    browser = Client()
    page = text(browser.post("/unit/sign-up/", {**sent, "send_code": "1"}))
    assert "如果填写的内容与单位的邀请一致" in page
    assert cast.PASSWORD not in page
    done = browser.post("/unit/sign-up/", {**sent, "code": cast.latest_code()})
    assert done["Location"] == DOOR
    assert "注册成功" in text(browser.get(DOOR))
    hall.set(cast.AT + timedelta(minutes=2))
    knock(browser)
    assert browser.post(SECOND, {"code": cast.latest_code()})["Location"] == "/unit/"


def test_a_stranger_sees_the_same_page_as_who_was_invited(hall):
    sent = typed()
    from anju.parties.models import Employer

    appointments.invite_first(
        Employer.objects.get().pk,
        name=sent["name"],
        phone=sent["phone"],
        by=Actor.system(),
        at=cast.AT,
    )
    pages = []
    for change in ({}, {"uscc": cast.uscc(99)}):
        page = text(Client().post("/unit/sign-up/", {**sent, **change, "send_code": "1"}))
        main = page.partition("<main")[2].replace(_token(page), "")
        pages.append(main.replace(cast.uscc(99), sent["uscc"]))
    assert pages[0] == pages[1]


def test_what_is_typed_wrong_is_told_beside_the_field(hall):
    page = text(Client().post("/unit/sign-up/", {"uscc": "1", "send_code": "1"}), 422)
    assert 'id="id_uscc-error"' in page
    assert 'id="id_password-error"' not in page
    page = text(Client().post("/unit/sign-up/", {}), 422)
    assert 'id="id_password-error"' in page
    page = text(Client().post("/unit/forgot/", typed(again="Other-2026")), 422)
    assert "两次输入的密码不一致" in page


def test_a_forgotten_password_ends_every_sign_in(hall):
    user = cast.agent()
    inside = cast.signed_in(user)
    sent = {"id_number": cast.id_number(), "phone": cast.phone()}
    browser = Client()
    page = text(browser.post("/unit/forgot/", {**sent, "send_code": "1"}))
    assert "如果证件号码与注册的手机号码一致" in page
    chosen = {"password": "Another-2026", "again": "Another-2026"}
    done = browser.post("/unit/forgot/", {**sent, **chosen, "code": cast.latest_code()})
    assert done["Location"] == DOOR
    assert inside.get("/unit/")["Location"].startswith(DOOR)
    assert knock(browser, password="Another-2026")["Location"] == SECOND
    assert User.objects.get(pk=user.pk).is_active
