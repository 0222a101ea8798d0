"""Real worker processes die by SIGKILL while money is on its way: the next ones bring it home."""

from __future__ import annotations

import os

import pytest

from . import real

pytestmark = pytest.mark.processes
KILLS = 8
AT_NIGHT = int(os.environ.get("REAL_KILLS", "20"))
# A worker as `anju worker` starts it, but whose orders go out under another number each time.
FORGETFUL = """
import sys
import time
from anju.config import command
from anju.config.commands import worker

serve = worker.run

def run(args):
    from anju.business.treasury import actions
    mark_sent, learn = actions._mark_sent, actions._learn

    def renumbered(order_no, *, at):
        request = mark_sent(order_no, at=at)
        if request is not None:
            object.__setattr__(request, "order_no", f"{order_no[:8]}{time.monotonic_ns() % 10**11}")
        return request

    actions._mark_sent = renumbered
    return serve(args)

worker.run = run
sys.exit(command.main(sys.argv[1:]))
"""


def kill_and_judge(centre, kills=KILLS):
    """Kill, let everything come home, judge; gives how the cases ended."""
    centre.kill(kills)
    centre.comes_home()
    return centre.is_whole()


@pytest.mark.parametrize("kills", [KILLS, pytest.param(AT_NIGHT, marks=pytest.mark.nightly)])
def test_killed_workers_pay_nobody_twice_and_lose_nothing(
    committing_db, yuncheng, tmp_path, capsys, kills
):
    with real.opened(tmp_path, committing_db) as centre:
        ends = kill_and_judge(centre, kills)
    with capsys.disabled():
        moments = ", ".join(f"{name} {times}" for name, times in centre.kills.items())
        print(  # noqa: T201
            f"\n  {centre.kills.total()} workers killed ({centre.in_hand} with a job in hand),"
            f" {len(centre.people)} cases ({', '.join(f'{n} {end}' for end, n in ends.items())}),"
            f" {len(centre.posted)} postings kept, 0 paid twice, 0 lost; killed when {moments}"
        )
    assert centre.in_hand >= kills // 4, "workers were killed at work"
    assert len(centre.kills) == min(kills, len(real.MOMENTS))


@pytest.mark.mutants
@pytest.mark.nightly
def test_workers_that_renumber_orders_are_noticed(committing_db, yuncheng, tmp_path):
    with (
        real.opened(tmp_path, committing_db, worker=("-c", FORGETFUL)) as centre,
        pytest.raises(AssertionError, match="paid twice"),
    ):
        kill_and_judge(centre)
