"""Two accountants at the counter: one writes a voucher, the other reviews it."""

from __future__ import annotations

import re

import pytest

from anju import ledger
from anju.business.treasury import manual_vouchers
from anju.channels.counter.tests import cast
from anju.channels.counter.tests.test_books import text_of

NEW = "/counter/books/manual/new/"
GOOD = {
    "summary": "收到增值收益存款利息",
    "attachments": "2",
    "rows": "4",
    "subject-1": "10201",
    "debit-1": "1,234.50",
    "subject-3": "40102",
    "credit-3": "1234.5",
}


@pytest.fixture
def two(office):
    """Both signed in."""
    return tuple(
        cast.signed_in(cast.staff(name, "accountant"))
        for name in ("accountant.one", "accountant.two")
    )


def key_of(page):
    """What makes a second press harmless."""
    return re.search(r'name="request_key" value="([^"]+)"', page.content.decode())[1]


def written(client, **changes):
    """The form as somebody fills it in, sent."""
    fields = {**GOOD, "request_key": key_of(client.get(NEW)), **changes}
    return client.post(NEW, {name: text for name, text in fields.items() if text is not None})


def test_written_by_one_reviewed_by_the_other_and_in_the_books(two):
    maker, checker = two
    sent = written(maker)
    assert sent.status_code == 302
    address = sent["Location"]
    own = text_of(maker.get(address))
    assert "撤回" in own
    assert "复核通过并记账" not in own
    theirs = text_of(checker.get(address))
    assert "附件 2 张" in theirs
    assert "复核通过并记账" in theirs
    assert checker.post(f"{address}approve/").status_code == 302
    assert ledger.control_total("102") == 123_450
    shown = checker.get(address).content.decode()
    (voucher,) = re.findall(r'href="(/counter/books/vouchers/\d+/)"', shown)
    printed = text_of(checker.get(voucher))
    assert "手工凭证" in printed
    assert "staff:" not in printed


def test_a_double_press_hands_in_one(two):
    maker, _checker = two
    key = key_of(maker.get(NEW))
    addresses = {written(maker, request_key=key)["Location"] for _ in range(2)}
    assert len(addresses) == 1


def test_what_is_wrong_stands_beside_its_line_and_nothing_typed_is_lost(two):
    maker, _checker = two
    answer = written(maker, **{"debit-1": "一千", "subject-3": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "借方：" in page
    assert 'value="一千"' in page
    assert 'value="收到增值收益存款利息"' in page
    answer = written(maker, **{"credit-3": "1", "summary": ""})
    assert "合计不相等" in answer.content.decode()
    assert answer.content.decode().count("请填写摘要") == 2, "in the summary, and beside the field"


def test_lines_left_empty_in_between_are_none(two):
    maker, _checker = two
    answer = written(
        maker, **{"subject-3": "", "credit-3": "", "subject-4": "201", "credit-4": "1"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="row-2-error"' in page
    assert 'id="row-4-error"' not in page


@pytest.mark.parametrize("rows", ["", "x", "-1", "999", "９"])
def test_however_many_rows_are_claimed_the_page_stands(two, rows):
    maker, _checker = two
    assert written(maker, rows=rows).status_code in (302, 422)


def test_more_lines_keep_what_was_typed(two):
    maker, _checker = two
    answer = written(maker, more="1")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="subject-8"' in page
    assert 'value="1,234.50"' in page


def test_whoever_wrote_it_is_told_that_another_must_review(two):
    maker, checker = two
    address = written(maker)["Location"]
    answer = maker.post(f"{address}approve/")
    assert answer.status_code == 409
    assert "制单人不能复核自己的凭证" in answer.content.decode()
    answer = checker.post(f"{address}reject/", {"note": ""})
    assert answer.status_code == 409
    assert checker.post(f"{address}reject/", {"note": "附件不全"}).status_code == 302
    assert "附件不全" in maker.get(address).content.decode()
    assert checker.post(f"{address}burn/").status_code == 404


@pytest.mark.parametrize("query", ["?state=lost", "?before=x", "?before=99999999999999999999"])
def test_a_list_that_is_not_there(two, query):
    assert two[0].get(f"/counter/books/manual/{query}").status_code == 404


def test_the_list_shows_each_state(two):
    maker, checker = two
    address = written(maker)["Location"]
    assert "待复核" in text_of(maker.get("/counter/books/manual/?state=submitted"))
    checker.post(f"{address}approve/")
    listed = text_of(maker.get("/counter/books/manual/?state=posted"))
    assert "1,234.50" in listed
    assert "没有这样的凭证" in text_of(maker.get("/counter/books/manual/?state=submitted"))


def test_a_long_list_goes_on(two, monkeypatch):
    monkeypatch.setattr(manual_vouchers, "PAGE", 1)
    maker, _checker = two
    older, newer = (written(maker)["Location"] for _ in range(2))
    first = maker.get("/counter/books/manual/?state=submitted").content.decode()
    assert newer in first
    assert older not in first
    onwards = re.search(r'class="more" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert "state=submitted" in onwards
    rest = maker.get(onwards).content.decode()
    assert older in rest
    assert "已到最后" in rest
    assert maker.get("/counter/books/manual/?before=x").status_code == 404
