"""An accountant reads the books from a balance down to the voucher and the case behind it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from anju import ledger
from anju.business.treasury import employer_books
from anju.channels.counter.tests import cast
from anju.domain.vouchers import GlLine, SuspenseLine, Voucher
from anju.ledger import books, details
from anju.parties.models import Employer


@pytest.fixture
def accountant(office):
    """Signed in at the centre's main office; one member's money is in the books."""
    cast.applied(cast.member(1))
    return cast.signed_in(cast.staff("accountant.one", "accountant"))


def text_of(answer):
    """The page as read: tags away, one blank between words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_balances_add_up_and_lead_to_their_lines(accountant):
    answer = accountant.get("/counter/books/")
    page = answer.content.decode()
    assert "2026年11月01日 至 2026年11月20日" in page
    assert "借贷平衡" in page
    total = ledger.control_total("101")
    assert f"{total / 100:,.2f}" in page
    (bank,) = re.findall(r'href="(/counter/books/subjects/101/\?[^"]+)"', page)
    lines = accountant.get(bank.replace("&amp;", "&"))
    assert "期初余额" in text_of(lines)
    assert re.search(r'href="/counter/books/vouchers/\d+/"', lines.content.decode())


def test_a_deposit_is_told_by_bank_account_and_leads_to_its_lines(accountant):
    page = accountant.get("/counter/books/").content.decode()
    total = f"{ledger.control_total('101') / 100:,.2f}"
    (href,) = re.findall(r'href="(/counter/books/subjects/10101/\?[^"]+)"', page)
    shown = text_of(accountant.get(href.replace("&amp;", "&")))
    assert "····0001" in shown
    assert shown.count(total) >= 2
    year = accountant.get("/counter/books/subjects/10101/general/")
    assert text_of(year).count(total) >= 2
    (voucher, *_) = re.findall(
        r'href="(/counter/books/vouchers/\d+/)"',
        accountant.get("/counter/books/subjects/10101/").content.decode(),
    )
    back = accountant.get(voucher).content.decode()
    assert '/counter/books/subjects/10101/"' in back
    assert "没有发生额" in text_of(accountant.get("/counter/books/subjects/10102/"))
    assert accountant.get("/counter/books/subjects/10199/").status_code == 404


def test_a_voucher_is_printed_with_both_sides_and_the_amount_in_words(accountant):
    listed = accountant.get("/counter/books/vouchers/").content.decode()
    (address, *_) = re.findall(r'href="(/counter/books/vouchers/\d+/)"', listed)
    shown = text_of(accountant.get(address))
    assert "记账凭证" in shown
    assert "101 住房公积金存款" in shown
    assert "201 住房公积金" in shown
    assert "演示" in shown, "the employer under whom the line stands"
    assert re.search(r"合计 [零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+", shown)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("since=2026-11-20&until=2026-11-01", "起始日期晚于截止日期"),
        ("until=2026-11-21", "截止日期最晚是营业日 2026-11-20"),
        ("since=yesterday", "起始日期不是一个日期"),
    ],
)
@pytest.mark.parametrize("page", ["", "vouchers/", "subjects/101/"])
def test_a_span_that_cannot_be_is_told_beside_its_field(accountant, page, query, says):
    answer = accountant.get(f"/counter/books/{page}?{query}")
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "vouchers/999999999/",
        "subjects/999/",
        "subjects/101/?after=nonsense",
        "subjects/101/?after=2026-11-20.1.99999999999999999999",
        "vouchers/?before=x",
    ],
)
def test_what_is_not_there_is_not_found(accountant, address):
    assert accountant.get(f"/counter/books/{address}").status_code == 404


def test_a_year_is_told_month_by_month_and_drawn(accountant):
    answer = accountant.get("/counter/books/subjects/101/general/")
    page = answer.content.decode()
    assert page.count("chart-bar") == 11
    assert re.findall(r'href="\?year=(\d+)"', page) == ["2026"], "the years that the books have"
    assert page.count("2026-") >= 11
    total = ledger.control_total("101")
    assert text_of(answer).count(f"{total / 100:,.2f}") >= 2
    (november,) = re.findall(r'href="(/counter/books/subjects/101/\?since=2026-11-01[^"]+)"', page)
    assert "until=2026-11-20" in november
    assert accountant.get(november.replace("&amp;", "&")).status_code == 200


def test_a_year_in_which_nothing_happened_draws_nothing(accountant):
    page = accountant.get("/counter/books/subjects/124/general/").content.decode()
    assert "chart-bar" not in page
    assert "本年合计" in page


@pytest.mark.parametrize(
    "address",
    [
        "999/general/",
        "101/general/?year=1899",
        "101/general/?year=2025",
        "101/general/?year=2027",
        "101/general/?year=x",
    ],
)
def test_a_year_that_is_not_there_is_not_found(accountant, address):
    assert accountant.get(f"/counter/books/subjects/{address}").status_code == 404


def test_a_business_is_looked_for_by_its_number(accountant):
    assert "没有这样的凭证" in text_of(accountant.get("/counter/books/vouchers/?source=TQ0"))


@pytest.mark.parametrize("role", ["teller", "reviewer", "approver"])
def test_the_books_are_not_for_everybody(office, role):
    client = cast.signed_in(cast.staff("somebody.else", role))
    assert client.get("/counter/books/").status_code == 403
    assert "账簿" not in text_of(client.get("/counter/work/"))


def test_a_role_that_was_taken_away_reads_no_more(accountant):
    from anju.business.treasury import books
    from anju.cases.records import NotYours
    from anju.parties.models import User

    user = User.objects.get(username="accountant.one")
    User.objects.filter(pk=user.pk).update(roles=["teller"])
    with pytest.raises(NotYours):
        books.voucher(user.pk, 1)


def test_members_money_is_told_by_employer_and_leads_to_lines_and_vouchers(accountant):
    page = accountant.get("/counter/books/").content.decode()
    total = f"{-ledger.control_total('201') / 100:,.2f}".replace("-", "")
    (href,) = re.findall(r'href="(/counter/books/subjects/201/employers/\?[^"]+)"', page)
    listed = accountant.get(href.replace("&amp;", "&"))
    assert text_of(listed).count(total) >= 2
    (one, *_) = re.findall(
        r'href="(/counter/books/subjects/201/employers/\d+/\?[^"]+)"', listed.content.decode()
    )
    lines = accountant.get(one.replace("&amp;", "&"))
    assert total in text_of(lines)
    (voucher, *_) = re.findall(r'href="(/counter/books/vouchers/\d+/)"', lines.content.decode())
    back = re.findall(
        r'href="(/counter/books/subjects/201/employers/\d+/)"',
        accountant.get(voucher).content.decode(),
    )
    assert back == [one.partition("?")[0]]
    for address in (href, one):
        taken = accountant.get(address.replace("&amp;", "&") + "&as=xlsx")
        assert taken.status_code == 200
        assert len(b"".join(taken.streaming_content)) > 1000


def test_employers_are_found_by_name_or_number_and_turned_page_by_page(accountant):
    address = "/counter/books/subjects/201/employers/"
    employer = Employer.objects.get()
    for text, found in (
        (employer.name[1:4], True),
        (employer.uscc[:6].lower(), True),
        ("无此", False),
    ):
        shown = text_of(accountant.get(address, {"text": text}))
        assert (employer.uscc in shown) is found
    assert "没有找到这样的单位" in shown
    for wrong in ("?page=0", "?page=2", "?page=x", f"?page={10**17}", f"{10**19}/", "999999/"):
        assert accountant.get(f"{address}{wrong}").status_code == 404, wrong
    assert accountant.get("/counter/books/subjects/101/employers/").status_code == 404
    assert "未记单位" in text_of(accountant.get(f"{address}0/"))


def test_a_long_list_of_employers_is_turned_both_ways(accountant, monkeypatch):
    monkeypatch.setattr(employer_books, "PAGE", 1)
    cast.member(2)
    address = "/counter/books/subjects/201/employers/"
    pages = [accountant.get(f"{address}?page={number}").content.decode() for number in (1, 2)]
    count = len(re.findall(r'href="[^"]+/employers/\d+/', pages[0]))
    assert count == 1
    assert "下一页" in pages[0]
    assert "上一页" in pages[1]
    assert "上一页" not in pages[0]


def test_the_parts_by_employer_are_the_subject(accountant):
    """Lines of several employers, and of none, on two days; the largest first, page by page."""
    on = ledger.business_date()
    ledger.post(
        [
            Voucher(
                "test_employers", source_type="note", source_id=f"N{number}", seq=0,
                gl=(GlLine("101", fen, bank_account_id=10101), GlLine("21905", -fen, who)),
                suspense=(SuspenseLine("21905", "note", f"N{number}", fen, "in"),),
                occurred_at=cast.AT,
            )
            for number, (fen, who) in enumerate(((500, 11), (900, 12), (100, 12), (300, None)))
        ],
        key="employers", scope="test",
    )  # fmt: skip
    subject = next(one for one in books.subjects() if one.code == "219")
    first = details.employer_balances(subject, since=on, until=on, limit=2)
    rest = details.employer_balances(subject, since=on, until=on, skip=2, limit=2)
    assert [who for who, _part in (*first.parts, *rest.parts)] == [12, 11, 0]
    assert (first.count, first.total.closing) == (3, 1_800)
    whole = books.subject_balance("219", since=on, until=on)
    assert first.total == rest.total == whole
    for who, part in (*first.parts, *rest.parts):
        assert details.employer_balance(subject, since=on, until=on, employer=who) == part
        lines = books.subject_lines(subject, since=on, until=on, detail=(details.EMPLOYER, who))
        assert sum(line.credit for line in lines) == part.closing
    later = on + timedelta(days=1)
    one = details.employer_balances(subject, since=later, until=later, employers=[12], limit=5)
    assert [(who, part.opening, part.credit) for who, part in one.parts] == [(12, 1_000, 0)]
    assert one.total.closing == 1_000
