"""The ledger against its model, whatever is done in whatever order; and planted faults are seen."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from anju.ledger.tests.machine import LedgerMachine

CALM = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
EVERY_PUSH = settings(max_examples=25, stateful_step_count=40, derandomize=True, **CALM)
ALL_NIGHT = settings(max_examples=1_000, stateful_step_count=80, print_blob=True, **CALM)
# Found is found: what it shrinks to is of no interest.
UNTIL_FOUND = settings(
    max_examples=300, stateful_step_count=40, derandomize=True, phases=[Phase.generate], **CALM
)


@dataclass(frozen=True)
class Mutant:
    """A function of the ledger with one piece of it replaced."""

    says: str
    function: str
    piece: str
    by: str


MUTANTS = (
    Mutant("freezes keep nothing", "_ledger_frozen", "sum(f.amount)", "sum(0)"),
    Mutant("a whole freeze is not seen", "_ledger_frozen", "f.amount IS NULL", "false"),
    Mutant("a hold holds nothing", "ledger_place_hold", "held = held + p_amount", "held = held"),
    Mutant(
        "a release gives nothing back",
        "ledger_release_hold",
        "held = held - l_hold.amount",
        "held = held",
    ),
    Mutant(
        "an order does not close the account",
        "ledger_order_hold",
        "state = 'closing' WHERE",
        "state = state WHERE",
    ),
    Mutant(
        "money comes onto an account that is closing",
        "_ledger_take",
        "ELSIF a.state >= 'closing' THEN",
        "ELSIF a.state > 'closing' THEN",
    ),
    Mutant(
        "value dates are booking days",
        "_ledger_take",
        "l_days := p_value_date - a.interest_from",
        "l_days := p_day - a.interest_from",
    ),
    Mutant(
        "a settled year is touched and nobody knows",
        "_ledger_take",
        "least(restate_from, ledger_interest_year_start(p_value_date))",
        "restate_from",
    ),
    Mutant(
        "the year turns without its day products",
        "_ledger_turn_year",
        "(p_year_start - interest_from) - v,",
        "(p_year_start - interest_from),",
    ),
    Mutant(
        "interest is cut, not rounded",
        "ledger_interest_of",
        "+ (p_rate_den * p_base)) /",
        "+ 0) /",
    ),
    Mutant(
        "spent money is not claimed",
        "_ledger_take",
        "p_amount + l_free, p_kind",
        "p_amount + l_free - sign(p_amount)::bigint, p_kind",
    ),
    Mutant(
        "what comes back has no days behind it",
        "_ledger_open_again",
        "v = l_v,",
        "v = 0,",
    ),
    Mutant(
        "interest paid is kept when its year begins anew",
        "ledger_reinstate",
        "l_again := p_value_date < l_july",
        "l_again := false",
    ),
    Mutant(
        "whatever is paid settles an order",
        "_ledger_check_free",
        "l_free - l_frozen < p_amount",
        "l_free < p_amount",
    ),
)


def test_the_ledger_is_its_model(open_books):
    run_state_machine_as_test(LedgerMachine, settings=EVERY_PUSH)


@pytest.mark.nightly
def test_the_ledger_is_its_model_all_night(open_books):
    run_state_machine_as_test(LedgerMachine, settings=ALL_NIGHT)


@pytest.mark.mutants
@pytest.mark.nightly
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.says)
def test_a_planted_fault_is_seen(committing_db, mutant, capsys):
    with committing_db.connect("admin", autocommit=True) as admin:
        admin.execute("SET search_path TO yuncheng")
        [(source,)] = admin.execute(
            "SELECT pg_get_functiondef(%s::regproc)", [mutant.function]
        ).fetchall()
        assert mutant.piece in source, f"nothing to break in {mutant.function}:\n{source}"
        admin.execute(source.replace(mutant.piece, mutant.by))
    with pytest.raises(Exception) as red:
        run_state_machine_as_test(LedgerMachine, settings=UNTIL_FOUND)
    assert not isinstance(red.value, NameError | TypeError | AttributeError), red.value
    with capsys.disabled():
        found = f"{type(red.value).__name__}: {red.value}".splitlines()[0]
        print(f"\n  {mutant.says}: {found[:150]}")  # noqa: T201
