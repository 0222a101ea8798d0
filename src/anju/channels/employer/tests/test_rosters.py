"""A file of people through the pages: sent, seen, mended, confirmed; and nobody else's."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anju import ledger
from anju.business.contributions import orders
from anju.business.contributions.models import Enrolment, RosterImport
from anju.business.contributions.rosters import reading, writing
from anju.business.contributions.rosters.tests import company
from anju.channels.employer.tests import cast
from anju.channels.employer.tests.test_sign_in import text
from anju.store.audit import Actor
from anju.store.tables.tests.broken import text as csv_text

HOME = "/unit/people/rosters/"


@pytest.fixture
def works(hall):
    """An employer with an account in open books, and an agent of it; another one with an agent."""
    ledger.open_day(date(2026, 7, 1))
    ledger.flip_day(cast.AT.date())
    mine, other = cast.agent(1), cast.agent(5, of=cast.employer(5))
    orders.take_on_employer(
        mine.appointments.get().employer_id, member_ratio=company.TWELVE,
        employer_ratio=company.TWELVE, payday=10, first_month=date(2026, 7, 1), paid_through=None,
        bank_code="105", bank_branch_code="10501", opened_on=date(2026, 7, 1),
        actor=Actor.system(), at=cast.AT,
    )  # fmt: skip
    return cast.signed_in(mine), cast.signed_in(other)


def send(browser, rows):
    content = csv_text(company.HEAD, *rows)
    answer = browser.post(HOME, {"file": SimpleUploadedFile("people.csv", content)})
    assert answer.status_code == 302, answer.content.decode()
    roster = RosterImport.objects.get()
    return answer["Location"], roster.pk


def test_a_file_goes_from_the_page_to_the_books(works):
    browser, _ = works
    rows = company.people(3)
    rows[1][2] = "123"
    page, pk = send(browser, rows)
    assert "正在读取" in text(browser.get(page))
    reading.read(pk, instant=company.now)
    shown = text(browser.get(page))
    assert "1 行有问题，2 行可以写入" in shown
    assert "手机号码应为 11 位" in shown
    assert company.id_number(1) not in shown
    assert company.id_number(1) not in text(browser.get(f"{page}?show=all"))
    row = f"{page}rows/3/"
    assert 'id="id_phone-error"' in text(browser.get(row))
    typed = dict(zip(("name", "id_number", "phone", "base", "first_month"), rows[1], strict=True))
    assert 'id="id_phone-error"' in text(browser.post(row, typed), 422)
    assert browser.post(row, {**typed, "phone": "15000000002"})["Location"] == page
    assert "3 行都可以写入" in text(browser.get(page))
    assert "请选择写入方式" in text(browser.post(f"{page}confirm/", {}), 422)
    assert not Enrolment.objects.exists()
    assert browser.post(f"{page}confirm/", {"mode": "all"})["Location"] == page
    assert "正在写入" in text(browser.get(page))
    writing.write(pk, instant=company.now)
    assert "已登记" in text(browser.get(page))
    assert Enrolment.objects.count() == 3
    assert "已完成" in text(browser.get(HOME))


def test_what_cannot_be_taken_is_said_on_the_page(works):
    browser, other = works
    assert "请选择填写好的名册文件" in text(browser.post(HOME, {}), 422)
    empty = {"file": SimpleUploadedFile("a.csv", b"")}
    assert "文件是空的" in text(browser.post(HOME, empty), 422)
    sent = {"file": SimpleUploadedFile("a.csv", b"x")}
    assert "没有可用的单位账户" in text(other.post(HOME, sent), 422)
    page, pk = send(browser, [])
    reading.read(pk, instant=company.now)
    assert "只有表头" in text(browser.get(page))
    assert "不能读取" in text(browser.get(HOME))


def test_a_row_is_left_out_and_a_roster_given_up(works):
    browser, _ = works
    page, pk = send(browser, company.people(2))
    reading.read(pk, instant=company.now)
    assert browser.post(f"{page}rows/2/", {"leave_out": "1"})["Location"] == page
    assert browser.get(f"{page}rows/2/").status_code == 404
    assert "1 行都可以写入" in text(browser.get(page))
    assert browser.post(f"{page}discard/")["Location"] == HOME
    assert "已放弃" in text(browser.get(page))
    assert "已放弃" in text(browser.post(f"{page}confirm/", {"mode": "all"}), 422)


def test_agents_of_another_employer_find_nothing(works):
    browser, other = works
    page, pk = send(browser, company.people(2))
    reading.read(pk, instant=company.now)
    for path in (page, f"{page}rows/2/"):
        assert other.get(path).status_code == 404
    for path in (f"{page}rows/2/", f"{page}confirm/", f"{page}discard/"):
        assert other.post(path, {"mode": "all"}).status_code == 404
    assert page not in text(other.get(HOME))
    assert RosterImport.objects.get().state == "preview"


@pytest.mark.parametrize(("kind", "begins"), [("xlsx", b"PK\x03\x04"), ("csv", b"\xef\xbb\xbf")])
def test_templates_are_offered(works, kind, begins):
    answer = works[0].get(f"{HOME}template/{kind}/")
    assert answer.getvalue().startswith(begins)
    assert "attachment" in answer["Content-Disposition"]
    assert works[0].get(f"{HOME}template/exe/").status_code == 404
