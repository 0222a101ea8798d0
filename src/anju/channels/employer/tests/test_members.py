"""The pages of 职工名单: found by what stays out of the address, taken out as a file, one's own."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from anju import ledger
from anju.business.contributions import orders
from anju.business.contributions.people import listing
from anju.channels.employer.tests import cast
from anju.channels.employer.tests.test_sign_in import text
from anju.parties import actions as parties
from anju.parties.models import Employer
from anju.store.audit import Actor
from anju.store.models import AuditRow

ADDRESS = "/unit/people/members/"
NAMES = {1: "演示·周平", 2: "演示·周安", 3: "演示·吴宁"}


@pytest.fixture
def works(hall, city):
    """An administrator, three people of the employer's, and another employer's agent."""
    city("yuncheng")
    ledger.open_day(cast.AT.date())
    admin, other = cast.agent(1), cast.agent(5, of=cast.employer(5))
    employer = admin.appointments.get().employer
    for order, name in NAMES.items():
        enrolled(employer.pk, order, name)
    return {"admin": admin, "other": other, "employer": employer}


def enrolled(employer_id: int, order: int, name: str) -> None:
    member = parties.enrol_person(
        name=name, id_number=cast.id_number(order + 90), phone=cast.phone(order + 90),
        actor=Actor.system(), at=cast.AT,
    )  # fmt: skip
    orders.take_on(
        member.pk, employer_id=employer_id, branch_code="yanhu", account_no=f"9000000{order}",
        base_fen=650_000 + 10_000 * order, member_ratio=Decimal("0.12"),
        employer_ratio=Decimal("0.12"), opening_fen=123_456, opened_on=date(2026, 7, 1),
        actor=Actor.system(), at=cast.AT,
    )  # fmt: skip


def test_the_list_has_everybody_with_the_sums_and_no_balance(works):
    page = text(cast.signed_in(works["admin"]).get(ADDRESS))
    assert all(name in page for name in NAMES.values())
    assert "全部 3 人合计" in page
    assert "20,100.00" in page
    assert "1,234.56" not in page, "what lies on an account is not the employer's to see"
    assert cast.id_number(91) not in page


def test_a_column_sorts_and_then_the_other_way_round(works):
    browser = cast.signed_in(works["admin"])
    page = text(browser.get(f"{ADDRESS}?sort=-base"))
    assert page.index(NAMES[3]) < page.index(NAMES[1])
    assert 'aria-sort="descending"' in page
    assert "sort=base" in page
    for odd in ("?sort=-nothing", "?page=999999999999999999999", "?state=x&page=-1"):
        assert text(browser.get(f"{ADDRESS}{odd}")).count("data-line") == 3


def test_a_long_list_has_pages(works, monkeypatch):
    monkeypatch.setattr(listing, "ON_PAGE", 1)
    browser = cast.signed_in(works["admin"])
    page = text(browser.get(f"{ADDRESS}?sort=-base&page=2"))
    assert NAMES[2] in page
    assert "第 2 页，共 3 页" in page
    assert "sort=-base&amp;page=3" in page
    assert "全部 3 人合计" in page
    page = text(browser.post(ADDRESS, {"text": "周", "go": "page=2"}))
    assert NAMES[2] in page


def test_somebody_is_sought_and_the_search_goes_on_over_its_buttons(works):
    browser = cast.signed_in(works["admin"])
    page = text(browser.post(ADDRESS, {"text": "周", "go": "sort=-base"}))
    assert page.index(NAMES[2]) < page.index(NAMES[1])
    assert NAMES[3] not in page
    assert 'name="go" value="state=sealed' in page, "a filter keeps what was typed"
    assert "没有找到" in text(browser.post(ADDRESS, {"text": "郑"}))
    assert AuditRow.objects.filter(action="contributions.members_sought").count() == 2


def test_the_files_hold_what_was_asked_for_and_who_took_it(works):
    browser = cast.signed_in(works["admin"])
    Employer.objects.filter(pk=works["employer"].pk).update(name="=1+1")
    sent = {"text": "周", "go": "sort=-base"}
    answer = browser.post(f"{ADDRESS}file/csv/", sent)
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:3]] == [NAMES[2], NAMES[1]]
    assert rows[3][:2] == ["合计", "2 人"]
    assert rows[4][0] == "'=1+1", "no cell is a formula"
    assert "演示·经办1 于 2026-11-20" in rows[4][2]
    answer = browser.post(f"{ADDRESS}file/xlsx/", sent)
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert AuditRow.objects.filter(action="contributions.members_exported").count() == 2
    assert browser.post(f"{ADDRESS}file/pdf/", sent).status_code == 404
    assert browser.get(f"{ADDRESS}file/csv/").status_code == 405


def test_one_of_them_is_shown_to_this_employers_agents_alone(works):
    page = text(cast.signed_in(works["admin"]).get(f"{ADDRESS}90000001/"))
    assert NAMES[1] in page
    assert "6,600.00" in page
    assert "1,234.56" not in page
    assert cast.id_number(91) not in page
    other = cast.signed_in(works["other"])
    assert other.get(f"{ADDRESS}90000001/").status_code == 404
    assert "没有这种状态的职工" in text(other.get(ADDRESS))
