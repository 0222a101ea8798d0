"""Lists as long as they get, drawn from made-up records."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.test import RequestFactory

from anju.cases.records import CaseLine, WorkPage
from anju.channels.counter.tests import cast
from anju.channels.counter.views import work
from anju.parties.models import User


def _line(number):
    return CaseLine(
        reference=f"TQ20261120{number:04d}",
        service_code=cast.SERVICE,
        title="偿还异地商业性个人住房贷款本息提取",
        state="in_review",
        state_text="审核中",
        member_name_masked="努*****************",
        amount_fen=99999999999 if number else None,
        channel="微信",
        branch="yanhu",
        submitted_at=cast.AT - timedelta(hours=number),
        waiting_since=cast.AT - timedelta(hours=number),
        due_on=date(2026, 11, 25),
        is_late=number == 49,
    )


def _drawn(*, service=None, is_start=True):
    """The list over fifty made-up lines of 128."""
    page = WorkPage(
        lines=tuple(_line(number) for number in range(50)),
        total=128,
        counts={"waiting": 128, "all": 128},
        services=((cast.SERVICE, "退休提取"),),
        next_before="TQ202611200049",
    )
    request = RequestFactory().get("/counter/work/")
    request.user = User(kind="staff", branch_code="yanhu", roles=["reviewer"], username="one")
    request.session, request.at, request.business_date = {}, cast.AT, cast.AT.date()
    answer = work.draw_list(request, page, show="waiting", service=service, is_start=is_start)
    return answer.content.decode()


def test_fifty_lines_and_the_way_to_the_rest():
    page = _drawn(service=cast.SERVICE)
    assert len(re.findall("data-line>", page)) == 50
    more = re.search(r'href="([^"]+)" data-more>更多<', page)[1]
    assert more == (
        f"/counter/work/?show=waiting&amp;service={cast.SERVICE}&amp;before=TQ202611200049"
    )
    assert "999,999,999.99" in page
    assert page.count("已逾期") == 1


def test_a_later_part_leads_on_and_back():
    page = _drawn(is_start=False)
    assert "data-more>下一页<" in page
    assert "回到开头" in page


def test_time_and_counts_are_told_as_people_say_them():
    from anju.channels.counter.templatetags.counter import count, lasting

    assert [lasting(seconds) for seconds in (0, 59, 320, 5400)] == [
        "0 秒", "59 秒", "5 分 20 秒", "1 小时 30 分"
    ]  # fmt: skip
    assert count(1000000) == "1,000,000"
