"""An order to pay, as it is written: sealed, signed, followed by its job."""

from __future__ import annotations

import pytest
from django.db import transaction

from anju.business.treasury import facts, orders
from anju.business.treasury.breaks import open_break
from anju.business.treasury.models import Break, Payment, PaymentOrder
from anju.business.withdrawals.retirement.tests import cast
from anju.domain.reconciliation import Kind
from anju.parties.facts import NoCard
from anju.store import fields

AT = cast.AT


@pytest.fixture
def written(db, city):
    """An order for a member's whole amount."""
    city("yuncheng")
    cast.open_books()
    who = cast.member()
    order_no = orders.next_order_no(AT)
    write(who, order_no)
    return PaymentOrder.objects.get(pk=order_no)


def write(who, order_no, **changed):
    given = {
        "case_reference": "",
        "person_id": who.person_id,
        "principal_fen": cast.BALANCE,
        "interest_fen": cast.INTEREST,
        "value_date": AT.date(),
        "summary": "演示",
        "at": AT,
    }
    orders.write_order(order_no, **(given | changed))


def fits(order):
    return orders.mac_fits(
        order, fields.unseal(order, "payee_name"), fields.unseal(order, "payee_account")
    )


def test_the_payee_is_sealed_in_the_row(written):
    assert fits(written)
    assert cast.card_number(1) not in str(written.payee_account)
    assert fields.unseal(written, "payee_account").expose() == cast.card_number(1)


@pytest.mark.parametrize(
    "column",
    [
        "case_reference",
        "person_id",
        "principal_fen",
        "interest_fen",
        "amount_fen",
        "payer_account",
        "payee_bank_code",
    ],
)
def test_the_mac_covers_every_column_that_directs_money(written, column):
    before = getattr(written, column)
    setattr(written, column, before + 1 if isinstance(before, int) else before + "9")
    assert not fits(written)


def test_the_mac_covers_the_day_and_the_payee(written):
    from datetime import timedelta

    from anju.store.secrets import Secret

    name = fields.unseal(written, "payee_name")
    account = fields.unseal(written, "payee_account")
    assert not orders.mac_fits(written, name, Secret("6210000000000000009"))
    assert not orders.mac_fits(written, Secret("演示·别人"), account)
    written.value_date += timedelta(days=1)
    assert not fits(written)


def test_order_numbers_are_new_and_short(db):
    numbers = [orders.next_order_no(AT) for _ in range(5)]
    assert len(set(numbers)) == 5
    assert all(number.startswith("ZF140801261120") and len(number) <= 20 for number in numbers)


def test_without_a_card_nothing_is_written(db, city):
    city("yuncheng")
    cast.open_books()
    who = cast.member(card_bound_at=None)
    with pytest.raises(NoCard), transaction.atomic():
        write(who, "ZF1")
    assert not PaymentOrder.objects.exists()


def test_an_order_rolled_back_leaves_no_job(written):
    from django.db import connection

    with transaction.atomic():
        write(cast.Member(written.person_id, 0), "ZF2")
        transaction.set_rollback(True)
    assert list(Payment.objects.values_list("pk", flat=True)) == [written.pk]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'treasury.send'")
        assert cursor.fetchone() == (1,)


def test_what_becomes_of_an_unknown_order_is_nothing(db):
    assert facts.payment("ZF0") is None


def test_a_finding_is_listed_once_until_it_is_closed(written):
    for _ in range(2):
        open_break("failed", written, note="演示", at=AT)
    assert Break.objects.count() == 1
    Break.objects.update(closed_at=AT)
    open_break("failed", written, note="演示", at=AT)
    assert Break.objects.count() == 2


def test_a_finding_of_no_branch_is_everybodys(written):
    open_break("never_ordered", None, order_no="ZF9", amount_fen=100, note="演示", at=AT)
    Break.objects.create(
        kind="failed",
        order_no="ZF8",
        branch_code="hejin",
        amount_fen=1,
        note="演示",
        found_at=AT,
    )
    here = cast.staff()
    (line,) = facts.breaks(here.pk, at=AT)
    assert (line.order_no, line.kind_text, line.amount_fen) == ("ZF9", "未发出的付款", 100)


def test_every_kind_of_finding_has_a_word():
    import re
    from pathlib import Path

    from anju.business.treasury import actions, arrivals, receipts

    text = "".join(Path(room.__file__).read_text() for room in (actions, arrivals, receipts))
    kinds = set(re.findall(r"open_break\(\s*\"(\w+)\"", text))
    # Of a statement as a whole: each is planted in test_reconciliation.
    whole = {"told_otherwise", "vanished", "statement_gap", "balance_differs"}
    assert kinds | set(Kind) | whole == set(facts.KIND_TEXT)
