"""单位账户查询, receipts and certificates: this employer's, to print, refused with the reason."""

from __future__ import annotations

import re
from datetime import date

import pytest

from anju.business.contributions import remitting
from anju.business.contributions.models import Deferral, EmployerAccount
from anju.business.contributions.tests.test_remitting import came
from anju.channels.employer.tests import cast
from anju.channels.employer.tests.test_remittances import confirmed, works
from anju.channels.employer.tests.test_sign_in import text
from anju.parties import employer_notices
from anju.parties.models import SmsMessage
from anju.store.models import AuditRow

__all__ = ["works"]
ADDRESS = "/unit/account/"


@pytest.fixture
def paid(works):
    """November is paid; the number of its list."""
    browser = cast.signed_in(works["admin"])
    number = confirmed(browser)
    came(156_000, remark=number)
    remitting.allocate(number, at=cast.AT)
    return {**works, "browser": browser, "number": number}


def test_the_account_is_shown_with_what_was_paid(paid):
    page = text(paid["browser"].get(ADDRESS))
    assert paid["number"] in page
    assert "1,560.00" in page
    assert "来款" in page
    other = cast.signed_in(paid["other"])
    assert "还没有单位账户" in text(other.get(ADDRESS))


def test_what_is_owed_is_said_and_no_certificate_given(works):
    browser = cast.signed_in(works["admin"])
    page = text(browser.get(ADDRESS))
    assert "有超过期限未缴的月份" in page
    page = text(browser.get(f"{ADDRESS}certificate/"))
    assert "现在不能开具" in page
    assert browser.post(f"{ADDRESS}certificate/").status_code == 422
    other = cast.signed_in(works["other"])
    assert "还没有单位账户" in text(other.post(f"{ADDRESS}certificate/"))


def test_deferred_months_are_named_and_are_not_owed(works):
    account = EmployerAccount.objects.get()
    Deferral.objects.create(
        number="HH20260101000001", account=account, from_month=date(2026, 1, 1),
        to_month=date(2026, 3, 1), last_month=date(2026, 3, 1), state="ended", ended_at=cast.AT,
        approved_by=works["admin"], approved_at=cast.AT,
    )  # fmt: skip
    browser = cast.signed_in(works["admin"])
    page = text(browser.get(ADDRESS))
    assert "已结束 · HH20260101000001" in page
    assert "经批准缓缴的 2026年01月至2026年03月 不算欠缴" in page


def test_an_application_shows_what_is_on_record_and_what_stands_against_it(works):
    browser = cast.signed_in(works["admin"])
    page = text(browser.get("/unit/applications/contributions.employer_renaming/new/"))
    assert re.search("法定代表人.{0,400}没有登记", page, re.DOTALL)
    assert "现在还不能办理" not in page
    confirmed(browser)
    page = text(browser.get("/unit/applications/contributions.deferring/new/"))
    assert re.search("现在还不能办理.*清册", page, re.DOTALL)


def test_a_receipt_is_printed_and_written_down(paid):
    answer = paid["browser"].get(f"{ADDRESS}receipts/{paid['number']}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert AuditRow.objects.filter(action="contributions.receipt_printed").count() == 1
    other = cast.signed_in(paid["other"])
    assert other.get(f"{ADDRESS}receipts/{paid['number']}/").status_code == 404


def test_a_certificate_says_what_the_page_said(paid):
    page = text(paid["browser"].get(f"{ADDRESS}certificate/"))
    assert "按月缴存住房公积金至 2026年11月" in page
    answer = paid["browser"].post(f"{ADDRESS}certificate/")
    assert answer.content.startswith(b"%PDF-")
    assert "ZM" in answer["Content-Disposition"]
    EmployerAccount.objects.update(paid_through=date(2026, 11, 1), state="sealed")
    assert paid["browser"].post(f"{ADDRESS}certificate/").status_code == 422


def test_an_administrator_changes_the_details(works):
    browser = cast.signed_in(works["admin"])
    address = f"{ADDRESS}details/"
    assert "单位信息变更" in text(browser.get(address))
    sent = {
        "address": "演示路 7 号",
        "payday": "每月15日",
        "bank": "105/10501",
        "affiliation": "40",
    }
    assert "1 至 31" in text(browser.post(address, {**sent, "payday": "40 日"}), 422)
    assert "单位信息已变更" in text(browser.post(address, sent, follow=True))
    assert "没有改动" in text(browser.post(address, sent, follow=True))
    assert EmployerAccount.objects.get().payday == 15
    clerk = cast.agent(2, of=works["employer"], by=works["admin"])
    assert cast.signed_in(clerk).get(address).status_code == 403
    other = cast.signed_in(works["other"])
    assert "还没有单位账户" in text(other.get(address))
    assert other.post(address, sent).status_code == 404


def test_what_was_booked_is_listed_by_year_and_taken_out(paid):
    browser, number = paid["browser"], paid["number"]
    for asked in ("", "?year=2026", "?year=2026&page=9", "?year=twenty"):
        page = text(browser.get(f"{ADDRESS}history/{asked}"))
        assert number in page
        assert "1,560.00" in page
    assert "这一年没有入账的清册" in text(browser.get(f"{ADDRESS}history/?year=2025"))
    taken = b"".join(browser.post(f"{ADDRESS}history/file/csv/?year=2026").streaming_content)
    csv = taken.decode("utf-8-sig").splitlines()
    assert csv[1] == f"2026年11月,汇缴,{number},1,780.00,780.00,1560.00,2026-11-20"
    assert csv[2] == "合计,,1 份,,780.00,780.00,1560.00,"
    assert browser.post(f"{ADDRESS}history/file/doc/").status_code == 404
    xlsx = b"".join(browser.post(f"{ADDRESS}history/file/xlsx/").streaming_content)
    assert xlsx.startswith(b"PK")
    kept = AuditRow.objects.filter(action="contributions.history_taken_out")
    assert [row.details["year"] for row in kept.order_by("seq")] == [2026, None]
    other = cast.signed_in(paid["other"])
    assert "还没有缴存明细" in text(other.get(f"{ADDRESS}history/"))


def test_a_lists_people_are_taken_out_by_their_employer_alone(paid):
    address = f"/unit/remittances/{paid['number']}/file/csv/"
    taken = b"".join(paid["browser"].post(address).streaming_content).decode("utf-8-sig")
    lines = taken.splitlines()
    assert lines[1].split(",")[:2] == ["90000001", "演示·缴存人"]
    assert lines[1].split(",")[2:] == ["2026年11月", "6500.00", "780.00", "780.00", "1560.00"]
    assert cast.signed_in(paid["other"]).post(address).status_code == 404
    assert AuditRow.objects.filter(action="contributions.list_taken_out").count() == 1


def test_what_an_employer_was_told_stands_in_its_hall_and_in_no_others(paid):
    home = text(paid["browser"].get("/unit/"))
    told = f"清册编号 {paid['number']}。"
    assert told in home
    assert "登录单位网厅查看" not in home
    assert 'href="/unit/remittances/"' in home
    assert told in text(paid["browser"].get("/unit/notices/"))
    other = cast.signed_in(paid["other"])
    assert "还没有通知" in text(other.get("/unit/"))
    assert "没有通知" in text(other.get("/unit/notices/"))


def test_notices_are_told_in_slices(works):
    for number in range(1, 23):
        employer_notices.write(
            works["employer"].pk, kind="case", text=f"第{number}条", at=cast.AT,
            about="contributions.stopping" if number == 22 else "contributions.counter_opening",
        )  # fmt: skip
    browser = cast.signed_in(works["admin"])
    first = text(browser.get("/unit/notices/"))
    assert ("第22条" in first, "第3条" in first, "第2条" in first) == (True, True, False)
    assert first.count("/unit/applications/") == 1, "nobody applies for the other one here"
    more = re.search(r'class="more" href="(\?before=\d+)"', first)[1]
    last = text(browser.get(f"/unit/notices/{more}"))
    assert ("第2条" in last, "第1条" in last, "第3条" in last) == (True, True, False)


def test_what_comes_short_is_told_in_the_hall_alone(works):
    browser = cast.signed_in(works["admin"])
    number = confirmed(browser)
    came(1, remark=number)
    remitting.allocate(number, at=cast.AT)
    assert f"清册 {number} 的来款已收到，还不够应缴金额" in text(browser.get("/unit/"))
    assert not SmsMessage.objects.filter(kind="contributions.short").exists()
