"""Workers die by SIGKILL in every gap: nothing is paid twice, nothing is lost."""

from __future__ import annotations

import os
import random

import pytest

from anju.business.withdrawals.retirement.tests import cast

from . import naive
from .file_bank import HABITS, FileBank
from .kills import ALIKE, GAPS, Centre

KILLS = int(os.environ.get("KILLS", "200"))
NAIVE_KILLS = 12


@pytest.fixture
def centre(committing_db, yuncheng, tmp_path):
    """A centre on 20 November, and its bank in a file."""
    cast.open_books()
    cast.turn_to()
    return Centre(FileBank(tmp_path / "bank.sqlite"), random.Random(1))


@pytest.fixture
def report(capsys):
    """Say what was seen, also when pytest keeps quiet about what passes."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n  {line}")  # noqa: T201

    return say


def test_every_gap_has_its_kills_and_nothing_is_paid_twice_or_lost(centre, report):
    centre.kill(KILLS)
    centre.comes_home()
    centre.is_whole()
    fewest = min(centre.kills[gap] for gap in GAPS)
    report(
        f"{centre.kills.total()} kills in {len(GAPS)} gaps (at least {fewest} in each),"
        f" {len(centre.people)} cases, 0 paid twice, 0 lost"
    )
    assert fewest > 0, [gap for gap in GAPS if not centre.kills[gap]]


def test_no_gap_is_without_a_name(centre):
    """A commit or a call that is added anywhere on the way has to be named, and so be hit."""
    centre.open_cases(2 * len(HABITS))
    seen = centre.gaps_of_clean_turns()
    assert seen <= set(GAPS), sorted(seen - set(GAPS))
    lost = {"treasury.send/bank lost the request", "fetch/statement 1", "finish/statement 1"}
    assert {gap for gap in GAPS if not ALIKE.match(gap)} - seen <= lost


@pytest.mark.nightly
def test_five_hundred_kills_at_any_statement(centre, report):
    """Beside the named gaps, after any statement that a clean turn was seen to run."""
    centre.open_cases(6)
    seen = set(GAPS)
    while centre.is_busy():
        seen |= {
            point for what, *points in centre.run().said if what == "passed" for point in points
        }
    centre.kill(500, among=sorted(seen))
    centre.comes_home()
    centre.is_whole()
    report(f"{centre.kills.total()} kills at {len(centre.kills)} points")


@pytest.mark.mutants
def test_a_naive_pay_out_pays_twice_under_the_same_kills(committing_db, tmp_path, report):
    """The control: if this one never paid twice, the proof above would prove nothing."""
    bank = FileBank(tmp_path / "bank.sqlite")
    doubles = naive.doubles(bank, kills=NAIVE_KILLS)
    report(f"a naive pay-out under {NAIVE_KILLS} kills: {doubles} paid twice")
    assert doubles > 0
