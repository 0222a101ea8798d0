"""Every guard of a refund, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anju.business.contributions.refunding.facts import RefundingFacts
from anju.business.contributions.refunding.rules import RULES
from anju.business.contributions.tests.guards import (
    MET,
    UNKNOWN,
    UNMET,
    not_turned_over,
    outcome_of,
)
from anju.business.treasury.facts import PaidIn
from anju.business.withdrawals.retirement.tests.cast import AT
from anju.parties.facts import EmployerFacts
from anju.store.secrets import MaskedName

CAME = PaidIn("LK1", "remittance", "HJ1", 500, 300, MaskedName("演示·***"), "**** 0001", AT.date())


def facts(**other: object) -> RefundingFacts:
    """Three hundred fen of a payment of five hundred are asked back, and wait."""
    found = RefundingFacts(
        employer=EmployerFacts(1, "演示·第一小学", "", "yanhu"),
        account_id=1,
        account_number="1",
        unallocated_fen=300,
        receipt="LK1",
        came=CAME,
        amount_fen=300,
        live="",
        another_case=None,
    )
    return replace(found, **other)


NOTHING = {"receipt": "", "came": None, "amount_fen": 0}
CASES = [
    ("refunding.another_case_live", facts(), MET),
    ("refunding.another_case_live", facts(another_case="TW1"), UNMET),
    ("refunding.list_unpaid", facts(), MET),
    ("refunding.list_unpaid", facts(live="HJ2"), UNMET),
    ("refunding.receipt_unknown", facts(), MET),
    ("refunding.receipt_unknown", facts(came=None), UNMET),
    ("refunding.receipt_unknown", facts(**NOTHING), UNKNOWN),
    ("refunding.payer_unknown", facts(), MET),
    ("refunding.payer_unknown", facts(came=replace(CAME, account="")), UNMET),
    ("refunding.payer_unknown", facts(**NOTHING), UNKNOWN),
    ("refunding.nothing_asked", facts(amount_fen=1), MET),
    ("refunding.nothing_asked", facts(amount_fen=0), UNMET),
    ("refunding.nothing_asked", facts(**NOTHING), UNKNOWN),
    ("refunding.more_than_came", facts(), MET),
    ("refunding.more_than_came", facts(amount_fen=301), UNMET),
    ("refunding.more_than_came", facts(**NOTHING), UNKNOWN),
    ("refunding.more_than_waits", facts(), MET),
    ("refunding.more_than_waits", facts(unallocated_fen=299), UNMET),
    ("refunding.more_than_waits", facts(**NOTHING), MET),
]


@pytest.mark.parametrize(("code", "given", "outcome"), CASES)
def test_every_guard(city, code, given, outcome):
    assert outcome_of(RULES, code, given, city("yuncheng")) is outcome


def test_no_guard_is_left_out():
    assert not_turned_over(RULES, CASES) == []
