"""Every page of the hall, with nothing, with one and with many; and who may see it."""

from datetime import timedelta

import pytest
from django.test import Client

from anju.cases.models import Message
from anju.channels.citizen import urls
from anju.channels.citizen.tests import cast
from anju.channels.citizen.tests.cast import check

PAGES = [
    "/",
    "/h5/",
    "/account/",
    "/account/movements/",
    "/account/movements/?before=x",
    "/account/movements/?before=20260231-1-1",
    "/account/movements/?year=1999",
    "/account/movements/?year=x",
    "/loan/",
    "/services/",
    "/services/?q=退休",
    "/services/?q=没有这样的",
    f"/services/{cast.SERVICE}/",
    "/section/1/",
    "/tools/",
    "/cases/",
    "/messages/",
    "/me/",
    "/me/profile/",
    "/me/card/",
    "/me/security/",
]
OPEN_TO_ALL = {
    "sign_in",
    "h5_sign_in",
    "challenge",
    "sign_in_code",
    "h5_sign_in_code",
    "sign_up",
    "forgot",
    "certificate",
    "sign_out",
}


def _mark(view):
    while view is not None:
        if getattr(view, "members_only", False):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_view_is_for_members_unless_listed():
    for pattern in urls.urlpatterns:
        assert _mark(pattern.callback) != (pattern.name in OPEN_TO_ALL), pattern.name


def test_pages_for_a_member_without_anything(hall):
    cast.person()
    browser = cast.signed_in()
    titles = {}
    for path in PAGES:
        page = check(browser.get(path))
        titles.setdefault(page.title, []).append(path.split("?")[0])
    # Two addresses share a title only when they are the same page.
    same = [set(paths) for paths in titles.values() if len(set(paths)) > 1]
    assert same in ([], [{"/", "/h5/"}])


@pytest.mark.parametrize("center", ["yuncheng", "xishuangbanna"])
def test_pages_for_a_retired_member(hall, city, center):
    city(center)
    cast.retired()
    browser = cast.signed_in(entry="h5/")
    for path in PAGES:
        check(browser.get(path))
    page = check(browser.get("/account/"))
    assert "20,216.21" in page.html
    assert ("查询时间" in page.html) == (center == "yuncheng")
    assert "开始办理" in check(browser.get(f"/services/{cast.SERVICE}/")).html


def test_a_grey_service_tells_every_failing_condition(hall):
    person_id = cast.person()
    cast.account(person_id)
    browser = cast.signed_in()
    assert "暂不能办" in check(browser.get("/services/")).html
    page = check(browser.get(f"/services/{cast.SERVICE}/"))
    assert page.html.count("未满足：") >= 2
    assert "开始办理" not in page.html
    # Asking for it all the same draws the reasons again and begins nothing.
    page = check(browser.post(f"/services/{cast.SERVICE}/"))
    assert "目前还不能办理" in page.html
    assert "您还没有申请过业务" in check(browser.get("/cases/")).html


def test_pages_ask_visitors_to_sign_in_and_come_back(hall):
    cast.person()
    visitor = Client()
    for path in PAGES:
        answer = visitor.get(path)
        assert answer.status_code == 302
        assert "sign-in/" in answer["Location"]
    assert visitor.get("/account/")["Location"] == "/sign-in/?next=%2Faccount%2F"
    assert visitor.get("/h5/")["Location"] == "/h5/sign-in/"
    assert visitor.post("/sign-out/").status_code == 302


def test_what_is_not_there_is_not_found(hall):
    cast.person()
    browser = cast.signed_in()
    for path in (
        "/section/9/",
        "/section/0/",
        "/services/no.such/",
        "/cases/TQ202611209999/",
        "/cases/TQ202611209999/step/1/",
        "/cases/TQ202611209999/how/",
        "/cases/TQ202611209999/photo/1/",
        "/messages/1/",
    ):
        assert browser.get(path).status_code == 404, path


def test_messages_are_read_one_by_one_and_loaded_by_twenties(hall):
    person_id = cast.person()
    for number in range(45):
        Message.objects.create(
            person_id=person_id, at=cast.AT, title=f"通知 {number}", body="第一段\n\n第二段"
        )
    browser = cast.signed_in()
    page = check(browser.get("/messages/"))
    assert page.html.count("未读：") == 20
    assert 'hx-select="#rows > *"' in page.html
    seen, address = 20, page.html.split('class="more" href="')[1].split('"')[0]
    while address:
        page = check(browser.get(address))
        seen += page.html.count("未读：")
        address = (
            page.html.split('class="more" href="')[1].split('"')[0]
            if 'class="more"' in page.html
            else ""
        )
    assert seen == 45
    last = Message.objects.latest("pk")
    assert "<p>第二段</p>" in check(browser.get(f"/messages/{last.pk}/")).html
    assert check(browser.get("/messages/")).html.count("未读：") == 19


def test_large_text_is_kept_by_the_device(hall):
    browser = Client()
    assert "data-large" not in check(browser.get("/sign-in/")).html
    browser.post("/pages/large/", {"large": "1", "next": "/sign-in/"})
    assert "data-large" in check(browser.get("/sign-in/")).html


def test_an_idle_session_ends_kindly_at_its_own_door(hall):
    cast.person()
    browser = cast.signed_in(entry="h5/")
    check(browser.get("/me/"))
    hall.set(cast.AT + timedelta(minutes=16))
    answer = browser.get("/me/")
    assert "sign-in/" in answer["Location"]
    assert "没有操作" in check(browser.get(answer["Location"])).html


@pytest.mark.parametrize("code", ["balance", "monthly_amount"])
def test_an_amount_of_the_account_is_explained(hall, code):
    cast.retired()
    browser = cast.signed_in()
    assert f"/account/how/{code}/" in check(browser.get("/account/")).html
    assert "怎么算的" in check(browser.get(f"/account/how/{code}/")).title
    assert browser.get("/account/how/name/").status_code == 404
