"""From a list of vouchers to the one that is looked for, to what caused it, and back."""

from __future__ import annotations

import re

import pytest

from anju import ledger
from anju.business.treasury import books, daybook
from anju.business.treasury.models import PaymentOrder
from anju.channels.counter.tests import cast
from anju.channels.counter.tests.test_books import text_of
from anju.channels.counter.tests.test_exports import cells
from anju.domain.vouchers import GlLine, Voucher
from anju.ledger.details import subject_of

LIST = "/counter/books/vouchers/"


@pytest.fixture
def accountant(office):
    """Signed in at the centre's main office; a case, and its payment in the books."""
    reference = cast.applied(cast.member(1))
    client = cast.signed_in(cast.staff("accountant.one", "accountant"))
    client.reference = reference
    return client


def booked(reference, *, amount=2_022_295, source_type="case", seq=0):
    """A voucher of this business: money left the first account."""
    account = 10101
    ledger.post(
        [Voucher(
            "test.paid", source_type=source_type, source_id=reference, seq=seq,
            gl=(GlLine("41104", amount),
                GlLine(subject_of(account), -amount, bank_account_id=account)),
            summary="演示付款", occurred_at=cast.AT,
        )],
        scope="test", key=f"{reference}/{seq}",
    )  # fmt: skip


def listed(client, query):
    """How many vouchers a narrowed list shows."""
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return answer.content.decode().count("data-line")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("kind=case", 1),
        ("kind=remittance", 0),
        ("subject=411", 1),
        ("subject=10", 422),
        ("least=20,222.95&most=20222.95", 1),
        ("least=20222.96", 0),
        ("number=202611-0001", 0),
        ("number=1", 422),
        ("least=many", 422),
        ("kind=nothing", 422),
    ],
)
def test_vouchers_are_looked_for_by_what_is_known_of_them(accountant, query, count):
    booked(accountant.reference)
    if count == 422:
        assert accountant.get(f"{LIST}?{query}").status_code == 422
    else:
        assert listed(accountant, query) == count


def test_what_was_typed_stays_in_the_form_and_in_what_is_taken_out(accountant):
    booked(accountant.reference)
    page = accountant.get(f"{LIST}?kind=case&least=1").content.decode()
    assert '<option value="case" selected>' in page
    assert "kind=case&amp;least=1&amp;as=xlsx" in page
    assert re.search(r'href="\?since=2026-10-01&amp;until=2026-10-31&amp;kind=case', page)
    none = accountant.get(f"{LIST}?kind=interest").content.decode()
    assert "清空条件" in none


def test_a_voucher_leads_to_the_case_that_caused_it_and_the_case_back(accountant):
    reference = accountant.reference
    booked(reference)
    order = PaymentOrder.objects.filter(case_reference=reference).first()
    page = accountant.get(f"{LIST}?kind=case").content.decode()
    (voucher,) = re.findall(r'href="(/counter/books/vouchers/\d+/)"', page)
    shown = accountant.get(voucher)
    assert "附件 0 张" in text_of(shown) or re.search(r"附件 [1-9]\d* 张", text_of(shown))
    assert f'href="/counter/books/cases/{reference}/"' in shown.content.decode()
    case = accountant.get(f"/counter/books/cases/{reference}/")
    told = text_of(case)
    assert "20,222.95" in told
    assert "钱平安" not in told, "who keeps the books opens no cases"
    assert f'href="{voucher}"' in case.content.decode()
    assert order is None or order.order_no in told


def test_what_no_case_caused_leads_nowhere(accountant):
    assert accountant.get("/counter/books/cases/TQ209901010001/").status_code == 404
    booked("nowhere", source_type="case")
    page = accountant.get(f"{LIST}?source=nowhere").content.decode()
    (voucher,) = re.findall(r'href="(/counter/books/vouchers/\d+/)"', page)
    assert "/counter/books/cases/" not in accountant.get(voucher).content.decode()


def test_a_deposit_has_a_journal_with_the_days_summed_up(accountant, monkeypatch):
    booked(accountant.reference, amount=100)
    booked(accountant.reference, amount=250, seq=1)
    whole = text_of(accountant.get("/counter/books/subjects/10101/"))
    assert "日记账" in whole
    total = f"{(2_021_621 - 350) / 100:,.2f}"
    for words in ("期初余额", "本日合计 20,216.21 3.50 借 " + total, "本年累计", "41104"):
        assert words in whole
    by_month = text_of(accountant.get("/counter/books/subjects/411/"))
    assert "明细账" in by_month
    assert "本月合计 3.50 0.00 借 3.50" in by_month
    monkeypatch.setattr(books, "PAGE", 1)
    page, seen = "/counter/books/subjects/10101/", []
    while page:
        told = accountant.get(page).content.decode()
        seen.append("本日合计" in told)
        more = re.search(r'class="more" href="([^"]+)"', told)
        page = more[1].replace("&amp;", "&") if more else ""
    assert seen == [False, False, True], "a day is summed up behind its last line"
    last = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", told))
    assert "本日合计 20,216.21 3.50 借 " + total in last


def test_a_voucher_says_whose_accounts_it_moved(accountant):
    page = accountant.get(f"{LIST}?kind=opening").content.decode()
    (voucher,) = re.findall(r'href="(/counter/books/vouchers/\d+/)"', page)
    assert "明细（个人 1 笔）" in text_of(accountant.get(voucher))
    told = text_of(accountant.get(f"{voucher}parts/"))
    assert "20,216.21" in told
    assert "钱平安" not in told, "a name is masked"
    rows = cells(accountant.get(f"{voucher}parts/?as=xlsx"))
    assert [float(row[3]) for row in rows[3:]] == [20216.21]
    for after in ("1-", "x-1", "1" * 30):
        assert accountant.get(f"{voucher}parts/?after={after}").status_code == 404
    account = rows[3][0]
    assert "没有明细" in text_of(accountant.get(f"{voucher}parts/?after={account}-99"))


def test_the_daybook_has_every_line_and_each_day_adds_up(accountant, monkeypatch):
    booked(accountant.reference, amount=100)
    whole = text_of(accountant.get("/counter/books/daybook/"))
    both = f"{(2_021_621 + 100) / 100:,.2f}"
    assert f"本日合计 {both} {both}" in whole
    rows = cells(accountant.get("/counter/books/daybook/?as=xlsx"))[3:]
    assert [row[5][:3] for row in rows] == ["101", "201", "411", "101", "", ""]
    assert [float(one) for one in rows[-1][6:]] == [float(both.replace(",", ""))] * 2
    monkeypatch.setattr(daybook, "PAGE", 3)
    first = accountant.get("/counter/books/daybook/").content.decode()
    assert "本日合计" not in first
    onwards = re.search(r'class="more" href="([^"]+)"', first)[1].replace("&amp;", "&")
    rest = text_of(accountant.get(f"/counter/books/daybook/{onwards}"))
    assert f"本日合计 {both} {both}" in rest
    assert accountant.get("/counter/books/daybook/?after=x").status_code == 404
    assert accountant.get("/counter/books/daybook/?until=2030-01-01").status_code == 422
