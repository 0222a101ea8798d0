"""Coming in: with a proof of work, without script, by either entry; what is kept on errors."""

import pytest
from django.test import Client

from anju.channels.citizen.tests import cast
from anju.channels.citizen.tests.cast import check
from anju.parties import captcha


def solved(browser):
    return captcha.solve(browser.get("/sign-in/challenge/").json())


def test_the_page_carries_the_citys_words(hall):
    page = check(Client().get("/sign-in/"))
    for words in ("请输入证件号码", "请输入密码", "登录", "注册", "忘记密码", "12329", "温馨提示"):
        assert words in page.html
    assert 'autocomplete="username"' in page.html
    assert 'autocomplete="current-password"' in page.html


def test_nothing_typed_is_told_at_the_top_and_beside_the_fields(hall):
    page = check(Client().post("/sign-in/", {}), status=422)
    assert page.title.startswith("错误：")
    assert 'href="#id_id_number"' in page.html
    assert 'aria-invalid="true"' in page.html
    assert "编号" in page.html


def test_a_wrong_password_keeps_the_number_and_never_the_password(hall):
    cast.person()
    browser = Client()
    typed = {"id_number": cast.id_number(1), "password": "Wrong-2026", "captcha": solved(browser)}
    page = check(browser.post("/sign-in/", typed), status=422)
    assert cast.id_number(1) in page.html
    assert "Wrong-2026" not in page.html
    assert "还可再试" in page.html


@pytest.mark.parametrize(("entry", "channel"), [("", "web"), ("h5/", "h5")])
def test_the_entry_fixes_the_channel(hall, entry, channel):
    cast.person()
    browser = cast.signed_in(entry=entry)
    assert cast.channel_of(browser) == channel
    # The other entry draws the same pages and changes nothing.
    check(browser.get("/"))
    check(browser.get("/h5/"))
    assert cast.channel_of(browser) == channel


def test_without_script_a_code_takes_the_challenges_place(hall):
    cast.person()
    browser = Client()
    typed = {"id_number": cast.id_number(1), "password": cast.PASSWORD, "next": "/me/"}
    answer = browser.post("/h5/sign-in/", typed)
    assert answer["Location"] == "/h5/sign-in/code/"
    check(browser.get("/h5/sign-in/code/"))
    page = check(browser.post("/h5/sign-in/code/", {"code": "12345x"}), status=422)
    assert "12345x" in page.html
    answer = browser.post("/h5/sign-in/code/", {"code": cast.latest_code(), "next": "/me/"})
    assert answer["Location"] == "/me/"
    assert cast.channel_of(browser) == "h5"


def test_the_code_page_without_a_first_step_leads_back(hall):
    assert Client().get("/sign-in/code/")["Location"] == "/sign-in/"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:1", ""])
def test_signing_in_never_leads_elsewhere(hall, wanted):
    cast.person()
    browser = Client()
    typed = {
        "id_number": cast.id_number(1),
        "password": cast.PASSWORD,
        "captcha": solved(browser),
        "next": wanted,
    }
    assert browser.post("/sign-in/", typed)["Location"] == "/"


def test_registering_and_resetting_say_where_to_go_meanwhile(hall):
    for path in ("/sign-up/", "/forgot/"):
        page = check(Client().get(path))
        assert "管理部" in page.html
        assert "12329" in page.html


def test_signing_out_ends_the_session_and_says_so(hall):
    cast.person()
    browser = cast.signed_in()
    answer = browser.post("/sign-out/")
    assert "您已安全退出" in check(browser.get(answer["Location"])).html
    assert browser.get("/me/").status_code == 302
    assert browser.get("/sign-out/").status_code == 405


def test_who_is_in_already_is_not_asked_again(hall):
    cast.person()
    assert cast.signed_in().get("/sign-in/")["Location"] == "/"
