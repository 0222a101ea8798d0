"""Every planted fault turns its proof red."""

from __future__ import annotations

import pytest

from anju.business.withdrawals.retirement.tests import cast

from .mutants import MUTANTS, Place

pytestmark = [pytest.mark.mutants, pytest.mark.nightly]


@pytest.fixture
def place(committing_db, bank, yuncheng, tmp_path):
    """A centre on 20 November, in a database of its own."""
    cast.open_books()
    cast.turn_to()
    return Place(committing_db, bank, tmp_path)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.says for mutant in MUTANTS])
def test_a_planted_fault_turns_its_proof_red(mutant, place, capsys):
    with mutant.planted(place), pytest.raises(AssertionError) as red:
        mutant.proof(place)
    with capsys.disabled():
        print(f"\n  {mutant.says}: {str(red.value).splitlines()[0][:150]}")  # noqa: T201
