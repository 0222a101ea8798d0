"""The guards of 封存 and 启封, one row each: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anju import policy
from anju.business.contributions.people.rules import (
    Office,
    Standing,
    Waiting,
    seal_problems,
    unseal_problems,
)
from anju.business.contributions.rosters.rules import Frame
from anju.domain.employer_account import AccountState

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
PAYS = Standing("open", OCTOBER, date(2026, 7, 1))
SEALED = replace(PAYS, state="sealed")
LIST = Waiting("HJ202611200001", NOVEMBER)


@pytest.fixture
def office(city) -> Office:
    """Paid through October, on 20 November."""
    city("yuncheng")
    terms = policy.contribution_terms(policy.current())
    frame = Frame(date(2026, 7, 1), terms, date(2026, 11, 20))
    return Office(AccountState.NORMAL, NOVEMBER, frame)


@pytest.mark.parametrize(
    ("who", "month", "reason", "codes"),
    [
        (PAYS, NOVEMBER, "left", []),
        (PAYS, NOVEMBER, "unpaid_leave", []),
        (PAYS, NOVEMBER, "retired", ["reason.unknown"]),
        (PAYS, OCTOBER, "left", ["month.paid"]),
        (PAYS, date(2026, 1, 1), "left", ["month.paid"]),
        (PAYS, date(2026, 12, 1), "left", ["month.ahead"]),
        (replace(PAYS, paid_through=None), OCTOBER, "left", ["month.past"]),
        (replace(PAYS, paid_through=None), NOVEMBER, "left", []),
        # Begins with December: nothing is owed for November.
        (replace(PAYS, paid_through=None, first_month=date(2026, 12, 1)), date(2026, 12, 1), "left",
         []),
        # Another employer paid November already.
        (replace(PAYS, paid_through=NOVEMBER), NOVEMBER, "left", ["month.paid"]),
        (replace(PAYS, paid_through=NOVEMBER), date(2026, 12, 1), "left", []),
        (replace(PAYS, listed=LIST), NOVEMBER, "left", ["list.waiting"]),
        (SEALED, NOVEMBER, "left", ["account.sealed"]),
        (replace(PAYS, state="closing"), NOVEMBER, "left", ["account.closing"]),
        (replace(PAYS, state="closed"), NOVEMBER, "left", ["account.closed"]),
    ],
)  # fmt: skip
def test_sealing(office, who, month, reason, codes):
    found = list(seal_problems(who, office, month=month, reason=reason))
    assert [each.code for each in found] == codes
    assert all(each.says and not each.says.endswith("。") for each in found)


def test_a_month_that_is_paid_says_what_to_do(office):
    (problem,) = seal_problems(PAYS, office, month=OCTOBER, reason="left")
    assert "2026年10月" in problem.says
    assert "错缴更正" in problem.says


@pytest.mark.parametrize(
    ("who", "month", "codes"),
    [
        (SEALED, "2026-11", []),
        (SEALED, "2026-12", []),
        (SEALED, "2027-01", ["month.ahead"]),
        (SEALED, "2026-10", ["month.paid"]),
        # Months that the employer has remitted meanwhile are paid back.
        (replace(SEALED, paid_through=date(2026, 7, 1)), "2026-09", []),
        (SEALED, "2026-06", ["month.before_employer"]),
        (SEALED, "", ["month.missing"]),
        (replace(SEALED, paid_through=NOVEMBER), "2026-11", ["month.paid"]),
        (replace(SEALED, paid_through=None), "2026-11", []),
        (replace(SEALED, retirement_approved=True), "2026-11", ["stop.retired"]),
        (PAYS, "2026-11", ["account.open"]),
        (replace(PAYS, state="closing"), "2026-11", ["account.closing"]),
        (replace(PAYS, state="closed"), "2026-11", ["account.closed"]),
    ],
)
def test_unsealing(office, who, month, codes):
    found = list(unseal_problems(who, office, month=month))
    assert [each.code for each in found] == codes
    assert all("首次汇缴年月应" not in each.says for each in found)


@pytest.mark.parametrize(
    ("state", "codes"),
    [(AccountState.SEALED, ["employer.sealed"]), (AccountState.CLOSED, ["employer.sealed"]),
     (AccountState.OPENED, []), (AccountState.DEFERRED, [])],
)  # fmt: skip
def test_an_employer_that_does_not_remit_unseals_nobody(office, state, codes):
    found = unseal_problems(SEALED, replace(office, state=state), month="2026-11")
    assert [each.code for each in found] == codes
