from __future__ import annotations

import re
from datetime import timedelta

import pytest

from anju.channels.counter.templatetags.counter import age, short, tone
from anju.channels.counter.tests import cast
from anju.store.models import AuditRow


def test_an_empty_worklist_says_so_and_leads_on(office):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    page = client.get("/counter/work/").content.decode()
    assert "没有等待审核的业务" in page
    assert "盐湖管理部" in page
    assert "?show=all" in page


def test_a_branch_sees_its_own_cases_only(office):
    reference = cast.applied(cast.member(1))
    cast.applied(cast.member(2, branch="hejin"))
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    page = client.get("/counter/work/").content.decode()
    assert re.findall(r"data-line>(TQ\d+)<", page) == [reference]
    assert "20,2" in page
    assert "演*" in page
    assert "钱平安" not in page


def test_unknown_filters_show_what_waits(office):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    page = client.get("/counter/work/?show=nonsense").content.decode()
    assert 'aria-current="true">待审核' in page


def test_filters_count_and_keep_the_service(office):
    cast.applied(cast.member(1))
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    page = client.get(f"/counter/work/?service={cast.SERVICE}").content.decode()
    assert f'value="{cast.SERVICE}" selected' in page
    assert f'href="/counter/work/?show=all&amp;service={cast.SERVICE}"' in page
    assert re.search(r'待审核 <span class="count">1</span>', page)


def test_the_way_back_from_a_case_leads_to_the_list_one_came_from(office):
    reference = cast.applied(cast.member(1))
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    client.get(f"/counter/work/?show=all&service={cast.SERVICE}")
    page = client.get(f"/counter/cases/{reference}/").content.decode()
    assert f'href="/counter/work/?show=all&amp;service={cast.SERVICE}" data-key="Escape"' in page
    home = client.get("/counter/").headers["Location"]
    assert home == f"/counter/work/?show=all&service={cast.SERVICE}"


def test_a_late_case_is_marked_in_words(office, clock):
    cast.applied(cast.member(1))
    user = cast.staff("reviewer.one", "reviewer")
    clock.set(cast.AT + timedelta(days=10))
    page = cast.signed_in(user, at=clock.now()).get("/counter/work/").content.decode()
    assert "已逾期" in page
    assert "10 天 0 小时" in page


@pytest.mark.parametrize("typed", ["演示·钱平安", cast.id_number(1), "19900000001"])
def test_one_hit_leads_straight_to_the_case_and_leaves_nothing_in_the_address(office, typed):
    reference = cast.applied(cast.member(1))
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    answer = client.post("/counter/search/", {"text": typed})
    assert answer.headers["Location"] == f"/counter/cases/{reference}/"


def test_a_case_is_found_by_its_members_account_and_that_is_kept(office):
    reference = cast.applied(cast.member(7))
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    answer = client.post("/counter/search/", {"text": " 00000007 "})
    assert answer.headers["Location"] == f"/counter/cases/{reference}/"
    kept = AuditRow.objects.filter(action="parties.people_searched").latest("seq")
    assert (kept.details["by"], len(kept.details["found"])) == ("account", 1)
    elsewhere = cast.signed_in(cast.staff("reviewer.two", "reviewer", branch="hejin"))
    found = elsewhere.post("/counter/search/", {"text": "00000007"}).content.decode()
    assert "没有找到本管理部的业务" in found


def test_no_hit_says_how_to_search(office):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    page = client.post("/counter/search/", {"text": "TQ000000000000"}).content.decode()
    assert 'value="TQ000000000000"' in page
    assert "没有找到本管理部的业务" in page
    assert client.post("/counter/search/", {"text": " "}).status_code == 302


def test_searching_by_address_is_not_possible(office):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    assert client.get("/counter/search/?text=x").status_code == 405


def test_breaks_and_keys_are_drawn(office):
    client = cast.signed_in(cast.staff("reviewer.one", "reviewer"))
    assert "没有支付异常" in client.get("/counter/breaks/").content.decode()
    assert "<kbd>j</kbd>" in client.get("/counter/keys/").content.decode()


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        (timedelta(0), "0 分钟"),
        (timedelta(minutes=59, seconds=59), "59 分钟"),
        (timedelta(hours=1), "1 小时 0 分"),
        (timedelta(hours=23, minutes=59), "23 小时 59 分"),
        (timedelta(days=1), "1 天 0 小时"),
        (timedelta(days=-1), "0 分钟"),
    ],
)
def test_ages_read_as_people_say_them(waited, said):
    assert age(cast.AT - waited, cast.AT) == said


def test_nothing_is_a_dash():
    assert age(None, cast.AT) == short(None) == "—"
    assert short(cast.AT) == "11-20 10:00"
    assert tone("no such state") == "quiet"
