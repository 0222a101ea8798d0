"""Every planted fault turns its proof red."""

from __future__ import annotations

import pytest

from anju.domain.case import IllegalStep as IllegalCaseStep
from anju.domain.payment import IllegalStep as IllegalPaymentStep
from anju.ledger.refusals import LedgerRefusal
from anju.ports.sms import SmsUnreachable

from .mutants import MUTANTS
from .planting import Place

# A proof turns red by what it asserts, or because a deeper layer refuses loudly.
RED = (AssertionError, IllegalCaseStep, IllegalPaymentStep, LedgerRefusal, SmsUnreachable)
pytestmark = [pytest.mark.mutants, pytest.mark.nightly]


@pytest.fixture
def place(committing_db, bank, yuncheng, tmp_path, clock, city):
    """A centre on 20 November, in a database of its own."""
    return Place(committing_db, bank, tmp_path, clock, city)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.says for mutant in MUTANTS])
def test_a_planted_fault_turns_its_proof_red(mutant, place, capsys):
    with mutant.planted(place), pytest.raises(RED) as red:
        mutant.proof(place)
    with capsys.disabled():
        found = f"{type(red.value).__name__}: {red.value}".splitlines()[0]
        print(f"\n  {mutant.says}: {found[:150]}")  # noqa: T201
