"""Reversals: once, mirrored, and never more than is there."""

from dataclasses import replace

import pytest

from anju import ledger
from anju.domain.vouchers import GlLine, Voucher
from anju.domain.vouchers import MemberLine as Moved
from anju.ledger import posting
from anju.ledger.models import MemberLine, Suspense
from anju.ledger.tests.books import (
    AT,
    account,
    at_bank,
    number,
    post,
    refused,
    remittance,
    sound,
    withdrawal,
)

pytestmark = pytest.mark.usefixtures("open_books")


def reversal(voucher, reverses: int):
    """The same voucher with every sign turned."""
    return replace(
        voucher,
        kind=f"{voucher.kind}.reversed",
        source_id=number(),
        gl=tuple(replace(line, amount=-line.amount) for line in voucher.gl),
        members=tuple(replace(line, amount=-line.amount, carried=None) for line in voucher.members),
        reverses=reverses,
    )


def test_a_reversal_mirrors_the_split_into_carried_and_current():
    member = account()
    post(remittance(member, 100, carried=100))
    post(remittance(member, 50))
    taken = withdrawal(member, 120)
    [original] = post(taken).voucher_ids
    assert (ledger.account(member).carried, ledger.account(member).current) == (0, 30)
    [back] = post(reversal(taken, original)).voucher_ids
    assert (ledger.account(member).carried, ledger.account(member).current) == (100, 50)
    assert MemberLine.objects.get(voucher_id=back).carried_delta == 100
    assert sound()


def test_a_reversed_remittance_takes_back_what_it_brought():
    member = account(balance=70)
    brought = remittance(member, 100, carried=40)
    [original] = post(brought).voucher_ids
    post(reversal(brought, original))
    row = ledger.account(member)
    assert (row.balance, row.carried) == (70, 0)
    assert row.v == 70 * (ledger.business_date() - row.interest_from).days
    assert sound()


def test_a_voucher_is_reversed_once():
    member = account(balance=500)
    brought = remittance(member, 100)
    [original] = post(brought).voucher_ids
    post(reversal(brought, original))
    with refused("ledger.reversed_already"):
        post(reversal(brought, original))


def test_what_was_never_posted_is_not_reversed():
    with refused("ledger.totals"):
        post(reversal(remittance(account(balance=100), 100), 987_654_321))


def test_spent_money_is_claimed_from_the_member():
    member = account()
    brought = remittance(member, 100)
    [original] = post(brought).voucher_ids
    post(withdrawal(member, 70))
    post(reversal(brought, original))
    assert ledger.account(member).balance == 0
    claim = Suspense.objects.get(subject="11901", source_type="account", source_id=str(member))
    assert claim.balance == -70
    assert ledger.control_total("119") == 70
    assert ledger.control_total("201") == 0
    assert sound()


def test_frozen_money_is_claimed_not_taken():
    member = account(balance=100)
    brought = remittance(member, 100)
    [original] = post(brought).voucher_ids
    ledger.freeze(
        member, authority="某法院", doc_no="1", amount=None, from_day=ledger.business_date()
    )
    post(reversal(brought, original))
    assert ledger.account(member).balance == 200
    assert ledger.control_total("119") == 100
    assert sound()


def test_money_of_a_closed_account_is_claimed():
    member = account()
    brought = remittance(member, 100)
    [original] = post(brought).voucher_ids
    hold = ledger.place_hold(member, case_id=number(), purpose=ledger.CLOSING, amount=100)
    ledger.order_hold(
        hold, order_no="O-c", principal=100, interest=0, interest_until=ledger.business_date()
    )
    ledger.settle_closing(hold, [withdrawal(member, 100)], key="s")
    post(reversal(brought, original))
    assert ledger.control_total("119") == 100
    assert sound()


def test_general_lines_alone_can_be_reversed():
    bought = Voucher(
        "interest.bank", source_type="test", source_id=number(), occurred_at=AT,
        gl=(at_bank(5), GlLine("40101", -5)),
    )  # fmt: skip
    [original] = post(bought).voucher_ids
    post(reversal(bought, original))
    assert ledger.control_total("101") == 0


def test_a_list_is_taken_back_at_once_and_line_by_line_where_something_is_to_be_asked():
    day = ledger.business_date()
    plain, other, spent, twice, closed = (account(balance=10) for _ in range(5))
    given = ((plain, 100), (other, 200), (spent, 300), (twice, 400), (twice, 50), (closed, 60))
    total = sum(amount for _account, amount in given)
    brought = Voucher(
        "remittance", source_type="test", source_id=number(), occurred_at=AT,
        gl=(at_bank(total), GlLine("201", -total, employer_id=7)),
        members=tuple(
            Moved(account_id, amount, "remittance", day, 30 if account_id == plain else None)
            for account_id, amount in given
        ),
    )  # fmt: skip
    [original] = post(brought).voucher_ids
    post(withdrawal(spent, 250))
    hold = ledger.place_hold(closed, case_id=number(), purpose=ledger.CLOSING, amount=70)
    ledger.order_hold(hold, order_no="O-x", principal=70, interest=0, interest_until=day)
    ledger.settle_closing(hold, [withdrawal(closed, 70)], key="x")
    [back] = post(reversal(brought, original)).voucher_ids
    found = [(ledger.account(each).balance, ledger.account(each).carried)
             for each in (plain, other, spent, twice, closed)]  # fmt: skip
    assert found == [(10, 0), (10, 0), (0, 0), (10, 0), (0, 0)]
    assert MemberLine.objects.get(voucher_id=back, account_id=plain).carried_delta == -30
    assert ledger.control_total("119") == 240 + 60
    assert sound()


def test_what_is_taken_back_leaves_the_employer_who_has_the_person_now():
    stays, moves = account(), account()
    brought = replace(
        remittance(stays, 500),
        gl=(at_bank(800), GlLine("201", -800, employer_id=7)),
        members=tuple(
            Moved(each, amount, "remittance", ledger.business_date())
            for each, amount in ((stays, 500), (moves, 300))
        ),
    )
    [original] = post(brought).voucher_ids
    ledger.transfer_accounts([(moves, 8)], key="m", occurred_at=AT, scope="test")
    post(reversal(brought, original))
    assert (ledger.account(stays).balance, ledger.account(moves).balance) == (0, 0)
    assert ledger.control_total("201") == 0
    assert sound()


def test_a_reversal_that_names_an_account_it_did_not_lock_is_refused(monkeypatch):
    member, stranger = account(), account(balance=100)
    brought = remittance(member, 100)
    [original] = post(brought).voucher_ids
    back = replace(
        reversal(brought, original),
        members=(Moved(stranger, -100, "remittance.reversed", ledger.business_date()),),
    )
    monkeypatch.setattr(posting, "account_ids", lambda _vouchers: [member])
    with refused("ledger.totals"):
        post(back)
