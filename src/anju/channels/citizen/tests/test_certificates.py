"""证明查验: anybody looks up what he holds, by number and code, signed in or not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from anju import policy
from anju.business.contributions.accounts import certificates
from anju.business.contributions.people.tests import office
from anju.business.contributions.rosters.tests import company

ADDRESS = "/certificate/"


@pytest.fixture(params=["yuncheng", "xishuangbanna"])
def made(db, city, request):
    """A certificate of an employer that has paid through October, in each city."""
    city(request.param)
    office.books()
    office.enrolled(3)
    return certificates.issue(
        company.employer(1), actor=office.AGENT, at=office.AT - timedelta(days=5)
    )


def test_the_door_leads_to_it_and_it_says_what_was_certified(made):
    visitor = Client()
    assert ADDRESS in visitor.get("/sign-in/").content.decode()
    page = visitor.post(ADDRESS, {"number": made.number, "code": made.code}).content.decode()
    assert "这份证明由本中心出具" in page
    assert f"{date(2026, 10, 1):%Y年%m月}" in page
    assert "3 人" in page
    assert "****" in page


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "请填写证明编号"),
        ({"number": "ZM1"}, "请填写查验码"),
        ({"number": "ZM1", "code": "0000"}, "没有编号和查验码都相符的证明"),
        ({"number": "ZM1" * 20, "code": "0000"}, "40"),
    ],
)
def test_what_is_not_there_is_said(made, typed, says):
    answer = Client().post(ADDRESS, typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_too_many_looks_are_told_when_and_where_else(made, monkeypatch):
    monkeypatch.setattr(certificates, "looks_allowed", lambda on: 0)
    answer = Client().post(ADDRESS, {"number": made.number, "code": made.code})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "查验次数过多" in page
    assert policy.current().identity.hotline in page
