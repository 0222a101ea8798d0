"""Reversals: once, mirrored, and never more than is there."""

from dataclasses import replace

import pytest

from anju import ledger
from anju.domain.vouchers import GlLine
from anju.ledger.models import MemberLine, Suspense
from anju.ledger.tests.books import (
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
    from anju.domain.vouchers import Voucher
    from anju.ledger.tests.books import AT

    bought = Voucher(
        "interest.bank", source_type="test", source_id=number(), occurred_at=AT,
        gl=(at_bank(5), GlLine("40101", -5)),
    )  # fmt: skip
    [original] = post(bought).voucher_ids
    post(reversal(bought, original))
    assert ledger.control_total("101") == 0
