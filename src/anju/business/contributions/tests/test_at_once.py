"""Everything of one month at once: two agents, a bank that tells twice and takes back, workers.

Whatever comes first, there is one list, its money is given out once or not at all, and the books
and their proofs agree; what the bank took back too late is owed, and a finding says so.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from anju import ledger, ports
from anju.business.contributions import remittance_proofs, remitting
from anju.business.contributions.models import EmployerAccount, Remittance
from anju.business.contributions.remitting import Confirmed
from anju.business.contributions.tests import test_remitting as lists
from anju.business.treasury import actions as treasury
from anju.business.treasury.models import Arrival, Break
from anju.business.treasury.tests.test_arrivals import NOTICE
from anju.business.withdrawals.retirement.tests import cast
from anju.domain.calendar import add_months
from anju.store.audit import Actor
from anju.store.models import InboxMessage

AT, MONTH = lists.AT, lists.MONTH
TOTAL = 2 * MONTH
ROUNDS = 3


class Bank:
    """Reads a notice as what its body says of an arrival."""

    def read_notice(self, headers, *, body, at):
        said = json.loads(body)
        return replace(NOTICE, booked_on=ledger.business_date(), **said)


def told(number: str, month: int, *, reversal: bool = False, again: str = "") -> bytes:
    """The bank's words for the money of a list, or for taking it back."""
    said = {
        "notice_id": f"TZ{month}{again}{reversal}", "bank_serial": f"S{month}{again}",
        "amount_fen": -TOTAL if reversal else TOTAL, "reversal": reversal, "remark": number,
    }  # fmt: skip
    return json.dumps(said).encode()


def notified(*bodies: bytes) -> list[Callable[[], object]]:
    """Each of these told, and worked at once."""

    def tell(body: bytes) -> None:
        treasury.receive_notice({}, body, at=AT)
        for pk in InboxMessage.objects.filter(state="waiting").values_list("pk", flat=True):
            treasury.take_notice(pk, at=AT)

    return [lambda body=body: tell(body) for body in bodies]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """All of them begun together, each on a connection of its own; what they answered."""
    answers: list[tuple[object]] = []
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            ready.wait()
            answers.append((act(),))
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == len(acts), "one of them failed"
    return [answer for (answer,) in answers]


def confirmed(account: int, agents: list[int], month: date) -> str:
    """Two agents confirm what both have seen; the one list that comes of it."""
    owed = remitting.due(account)
    assert owed.month == month
    answers = at_once(
        *(
            lambda by=by, key=f"{month}{order}": remitting.confirm(
                account,
                month=month,
                seen_headcount=owed.headcount,
                seen_total_fen=owed.total_fen,
                key=key,
                actor=Actor.agent(by),
                at=AT + timedelta(days=31 * round_of(month)),
            )
            for order, by in enumerate(agents)
        )
    )
    (made,) = [each for each in answers if isinstance(each, Confirmed)]
    return made.number


def round_of(month: date) -> int:
    """How many months after the first of these."""
    return (month.year - 2026) * 12 + month.month - lists.NOVEMBER.month


def works(number: str) -> Callable[[], object]:
    """A worker at the list's job."""
    return lambda: ledger.retrying(lambda: remitting.allocate(number, at=AT))


SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(2, 9))]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_list_and_right_books_whatever_comes_first(committing_db, city, seed):
    account, people, by = lists._company(city)
    other = cast.staff("second.agent").pk
    deck = random.Random(seed)
    month = lists.NOVEMBER
    with ports.offering("bank", Bank()):
        for turn in range(ROUNDS):
            number = confirmed(account, [by, other], month)
            pays, back = told(number, turn), told(number, turn, reversal=True)
            acts = [*notified(pays, pays, back), works(number), works(number)]
            deck.shuffle(acts)
            at_once(*acts)
            works(number)()
            seen(people, number, turn=turn)
            if Remittance.objects.get(number=number).state != "done":
                at_once(*notified(told(number, turn, again="once more")), works(number))
                assert works(number)()
            assert lists.balances(people) == [MONTH * (turn + 1)] * 2 + [0]
            month = add_months(month, 1)
            ledger.flip_day(month)
    assert Remittance.objects.count() == ROUNDS
    lists.sound()
    assert list(remittance_proofs.breaks()) == []


def seen(people, number: str, *, turn: int) -> None:
    """What may be after a month's turmoil: given out and owed, or taken back in time."""
    done = Remittance.objects.get(number=number).state == "done"
    assert Remittance.objects.get(number=number).state in ("confirmed", "done")
    assert Arrival.objects.filter(serial=f"S{turn}").count() == 2, "told once, taken back once"
    assert ledger.unallocated(cast.employer()) == 0
    assert lists.balances(people) == [MONTH * (turn + done)] * 2 + [0]
    owed = Break.objects.filter(kind="receipt_reversed")
    assert ledger.control_total("11902") == TOTAL * owed.count()
    if done:
        through = EmployerAccount.objects.values_list("paid_through", flat=True).get()
        assert through == add_months(lists.NOVEMBER, turn)
