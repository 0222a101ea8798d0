"""What an accountant reads: every balance is the sum of lines that can be opened."""

from datetime import timedelta

import pytest

from anju import ledger
from anju.ledger import books, vouchers
from anju.ledger.tests.books import DAY, account, post, remittance, withdrawal
from anju.ledger.vouchers import Wanted

pytestmark = pytest.mark.usefixtures("open_books")
NEXT = DAY + timedelta(days=1)


def two_days():
    """Money in on the first day; in and out, with interest, on the second."""
    member = account(balance=700)
    ledger.flip_day(NEXT)
    post(remittance(member, 300))
    [paid] = post(withdrawal(member, 250, interest=5)).voucher_ids
    return paid


def test_opening_and_turnover_make_the_closing_balance():
    two_days()
    found = {each.subject.code: each for each in books.subject_balances(since=NEXT, until=NEXT)}
    bank, members = found["101"], found["201"]
    assert (bank.opening, bank.debit, bank.credit, bank.closing) == (700, 300, 255, 745)
    assert (members.opening, members.debit, members.credit, members.closing) == (700, 250, 300, 750)
    assert sum(each.debit for each in found.values() if len(each.subject.code) == 3) == sum(
        each.credit for each in found.values() if len(each.subject.code) == 3
    )


def test_a_subject_holds_what_is_below_it():
    two_days()
    found = {each.subject.code: each for each in books.subject_balances(since=DAY, until=NEXT)}
    assert found["411"].closing == found["41101"].closing == 5
    assert books.subject_balance("411", since=DAY, until=NEXT) == found["411"]
    assert books.subject_balance("124", since=DAY, until=NEXT).closing == 0
    with pytest.raises(LookupError):
        books.subject_balance("999", since=DAY, until=NEXT)


def test_lines_carry_the_balance_over_pages_and_days():
    two_days()
    bank = books.subject_balance("101", since=DAY, until=NEXT).subject
    whole = books.subject_lines(bank, since=DAY, until=NEXT)
    assert [(line.debit, line.credit, line.balance) for line in whole] == [
        (700, 0, 700),
        (300, 0, 1000),
        (0, 255, 745),
    ]
    paged, place = [], None
    while page := books.subject_lines(bank, since=DAY, until=NEXT, after=place, limit=1):
        paged += page
        place = page[-1].cursor
    assert tuple(paged) == whole
    assert books.subject_lines(bank, since=NEXT, until=NEXT) == whole[1:]
    of_next = books.subject_lines(bank, since=NEXT, until=NEXT, opening=700)
    assert of_next == whole[1:]
    rest = books.subject_lines(bank, since=NEXT, until=NEXT, opening=700, after=whole[1].cursor)
    assert rest == whole[2:]
    for at_once in (1, 2, 9):
        read = books.line_batches(bank, since=NEXT, until=NEXT, opening=700, at_once=at_once)
        assert tuple(line for batch in read for line in batch) == whole[1:]
    assert books.turnover_before(bank, since=NEXT, after=whole[2].cursor) == (300, 255)
    assert books.turnover_before(bank, since=DAY, after=whole[0].cursor) == (700, 0)


def test_each_line_says_what_stands_against_it():
    two_days()
    bank = books.subject_balance("101", since=DAY, until=NEXT).subject
    lines = books.subject_lines(bank, since=DAY, until=NEXT)
    against = vouchers.other_sides(lines)
    assert [against[line.voucher_id, line.line_no] for line in lines] == [
        ("201",), ("201",), ("201", "41101")
    ]  # fmt: skip
    assert vouchers.other_sides(()) == {}


def test_a_voucher_shows_its_lines_and_what_reversed_it():
    paid = two_days()
    head, lines = vouchers.voucher(paid)
    assert [(line.subject.code, line.debit, line.credit) for line in lines] == [
        ("201", 250, 0),
        ("41101", 5, 0),
        ("101", 0, 255),
    ]
    assert (head.amount, head.accounting_date, head.reverses) == (255, NEXT, None)
    assert lines[0].employer_id == 7
    with pytest.raises(LookupError):
        vouchers.voucher(paid + 1_000_000)


def test_vouchers_page_newest_first_and_of_one_business():
    paid = two_days()
    head, _ = vouchers.voucher(paid)
    newest = vouchers.voucher_heads(since=DAY, until=NEXT)
    assert [each.amount for each in newest] == [255, 300, 700]
    rest = vouchers.voucher_heads(since=DAY, until=NEXT, before=newest[0].voucher_id, limit=1)
    assert rest == newest[1:2]
    assert vouchers.voucher_heads(since=DAY, until=DAY) == newest[2:]
    assert (
        vouchers.voucher_heads(since=DAY, until=NEXT, wanted=Wanted(source_id=head.source_id))
        == newest[:1]
    )


@pytest.mark.parametrize(
    ("wanted", "amounts"),
    [
        (Wanted(source_type="no_such"), []),
        (Wanted(subject="411"), [255]),
        (Wanted(subject="41101", least=256), []),
        (Wanted(least=255, most=300), [255, 300]),
        (Wanted(number="202611-0001"), []),
        (Wanted(number="nonsense"), []),
    ],
)
def test_vouchers_are_narrowed_by_what_is_wanted(wanted, amounts):
    two_days()
    found = vouchers.voucher_heads(since=DAY, until=NEXT, wanted=wanted)
    assert [each.amount for each in found] == amounts
