"""The machines hold under every fault, and a planted design bug is found."""

from collections import Counter

import pytest

from anju.domain.case import IllegalStep as IllegalCaseStep
from anju.domain.payment import IllegalStep as IllegalPaymentStep
from anju.simulation.faults import KINDS
from anju.simulation.guards import ALL, MUTANTS, NAMES
from anju.simulation.store import Refused
from anju.simulation.world import simulate, simulate_many

SEEDS = 100
OPERATIONS = 2_000
SEEDS_TO_FIND_A_BUG = 60


# Two of ten on every push: `./dev accept` and the night run them by the million.
TENTHS = [*range(2), *(pytest.param(tenth, marks=pytest.mark.nightly) for tenth in range(2, 10))]


@pytest.mark.parametrize("tenth", TENTHS)
def test_twenty_thousand_operations_a_tenth_violate_nothing(tenth):
    faults: Counter[str] = Counter()
    for seed in range(tenth * SEEDS // 10, (tenth + 1) * SEEDS // 10):
        report = simulate(seed, OPERATIONS)
        assert report.violations == [], f"anju simulate --seed {seed} --operations {OPERATIONS}"
        assert report.checks > OPERATIONS / 20
        assert report.cases["completed"] > 0
        faults += report.faults
    assert len(faults) >= 30


@pytest.mark.nightly
def test_ten_million_operations_violate_nothing():
    report = simulate_many(range(100_000, 105_000), OPERATIONS)
    assert report.operations == 10_000_000
    assert report.violations == []
    assert set(report.faults) == set(KINDS)


def test_every_kind_of_fault_strikes_somewhere():
    faults: Counter[str] = Counter()
    for seed in range(30):
        faults += simulate(seed, 1_000).faults
    assert set(faults) == set(KINDS)


def test_the_same_seed_is_the_same_run():
    first, again, other = simulate(7, 800), simulate(7, 800), simulate(8, 800)
    assert first == again
    assert first.head != other.head


def test_many_seeds_are_the_sum_of_each():
    one, other, both = simulate(3, 300), simulate(4, 300), simulate_many(range(3, 5), 300)
    assert both.operations == 600
    assert both.checks == one.checks + other.checks
    assert both.faults == one.faults + other.faults
    assert both.head not in (one.head, other.head)


def first_find(seed, guards):
    """What a run found first, in words; empty for nothing."""
    try:
        report = simulate(seed, OPERATIONS, guards)
    except (IllegalCaseStep, IllegalPaymentStep, Refused) as refused:
        # The bug made a machine or the store refuse loudly: that is a find as well.
        return f"{type(refused).__name__}: {refused}"
    return next(iter(report.violations), "")


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_planted_design_bug_is_found(mutant, capsys):
    guards = ALL.without(*MUTANTS[mutant])
    for seed in range(SEEDS_TO_FIND_A_BUG):
        found = first_find(seed, guards)
        if found:
            with capsys.disabled():
                print(f"\n  {mutant}: seed {seed}, {found[:100]}")  # noqa: T201
            return
    pytest.fail(f"{mutant}: not found in {SEEDS_TO_FIND_A_BUG} seeds")


@pytest.mark.mutants
def test_every_guard_is_in_some_mutant():
    assert {guard for guards in MUTANTS.values() for guard in guards} == set(NAMES)
