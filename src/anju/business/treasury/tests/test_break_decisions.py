"""A finding is resolved by one in words and closed by another; then it stays."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from anju.business.treasury import break_decisions, reconciliation_facts
from anju.business.treasury.breaks import open_break
from anju.business.treasury.models import Break
from anju.business.treasury.tests.test_receipts import desk, staff
from anju.business.withdrawals.retirement.tests import cast
from anju.cases.records import NotYours

AT = cast.AT
__all__ = ["desk"]


@pytest.fixture
def found(desk):
    """A finding, and two accountants."""
    open_break("ours_only", None, order_no="凭证7-1", amount_fen=500, note="演示", at=AT)
    return Break.objects.get().pk, *desk


def resolve(who: int, key: int, text: str = "银行次日补记"):
    return break_decisions.resolve(who, key, category="timing", text=text, at=AT)


def asks(who: int, key: int) -> str:
    return reconciliation_facts.one_break(who, key).asks


def test_resolved_by_one_and_closed_by_the_other(found):
    key, one, two = found
    assert (asks(one, key), asks(two, key)) == ("resolve", "resolve")
    assert break_decisions.close(two, key, at=AT) is not None
    assert resolve(one, key) is None
    assert resolve(two, key) is not None
    assert (asks(one, key), asks(two, key)) == ("", "review")
    assert break_decisions.close(one, key, at=AT) is not None
    assert break_decisions.send_back(two, key, why="没有银行回单", at=AT) is None
    shown = reconciliation_facts.one_break(one, key)
    assert (shown.asks, shown.row.sent_back) == ("resolve", "没有银行回单")
    assert resolve(one, key, "附银行回单") is None
    assert break_decisions.close(two, key, at=AT) is None
    page = reconciliation_facts.breaks(two, state="closed")
    assert page.counts == {"open": 0, "resolved": 0, "closed": 1}
    assert (page.rows[0].resolved_by, page.rows[0].closed_by) == ("演示·one", "演示·two")
    for deed in (resolve(one, key), break_decisions.close(two, key, at=AT)):
        assert deed is not None


@pytest.mark.parametrize(("category", "text"), [("", "银行次日补记"), ("timing", "短")])
def test_in_words(found, category, text):
    key, one, _two = found
    refused = break_decisions.resolve(one, key, category=category, text=text, at=AT)
    assert refused is not None
    assert break_decisions.send_back(one, key, why="", at=AT) is not None


def test_the_database_holds_two_people_and_what_was_found(found):
    key, one, _two = found
    resolve(one, key)
    row = Break.objects.filter(pk=key)
    for change in ({"closed_by": one, "closed_at": AT}, {"amount_fen": 1}, {"resolution": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()


def test_not_everybody_s_work(found):
    key, _one, _two = found
    teller = staff("teller", "teller")
    for deed in (lambda: resolve(teller, key), lambda: reconciliation_facts.days(teller)):
        with pytest.raises(NotYours):
            deed()
    with pytest.raises(NotYours):
        resolve(found[1], key + 1)
