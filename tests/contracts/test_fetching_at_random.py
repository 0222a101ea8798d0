"""Whatever goes wrong, in whatever order: nobody is charged twice, no final word is taken back."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from anju.adapters.bank_http import HttpBank
from anju.adapters.signed_http import SignedHttp, partner
from anju.ports.bank import BankUnreachable
from anju.ports.bank_collections import Collected, CollectionBatch, CollectionReply
from anju.ports.bank_debits import SplitState
from anju.simulators.world import World, create_app

from .collections_contract import COLLECTION, OURS
from .conftest import CLIENT, SECRETS, HandClock
from .debits_contract import DEBITS, FUNDS, split_of

FAULTS: Mapping[str, dict[str, int]] = {
    "lose_request": {},
    "late_request": {"seconds": 40},
    "lose_reply": {},
    "lose_query_reply": {},
    "partial_result": {},
    "delay": {"seconds": 90},
    "refuse": {},
    "duplicate_notice": {},
    "notice_before_reply": {},
}
SINGLES = [replace(COLLECTION, order_no=f"DS0120261120{3000 + number}") for number in range(4)]
BATCH = CollectionBatch(
    batch_no="DP01202611203000",
    orders=tuple(replace(one, order_no=f"{one.order_no}9") for one in SINGLES[:3]),
)
FINAL = {Collected.COLLECTED, Collected.REFUSED}


class WithinProcess(SignedHttp):
    """The line to a world in this process: no socket, so that a thousand questions are quick."""

    def __init__(self, app, clock: HandClock) -> None:
        settings = {"url": "http://127.0.0.1/bank", "client": CLIENT, "secret": SECRETS[CLIENT]}
        super().__init__(partner(settings), clock=clock.now)
        self.client = app.test_client()

    def _post(self, path, body, headers):
        answer = self.client.post(f"/bank{path}", data=body, headers=headers)
        if answer.status_code == 504:
            raise httpx.ReadError("the line was cut")
        return answer.status_code, answer.headers, answer.get_data()


@dataclass
class Centre:
    """What a centre was told, and that it is never told otherwise."""

    world: World
    line: WithinProcess
    clock: HandClock
    told: dict[str, CollectionReply] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bank = HttpBank(self.line)

    def post(self, path: str, **wish: object) -> None:
        answer = self.line.client.post(f"/bank/api/{path}", json={"client": CLIENT, **wish})
        assert answer.status_code == 200, answer.text

    def hears(self, *replies: CollectionReply) -> None:
        for reply in replies:
            before = self.told.get(reply.order_no)
            if before is not None and before.outcome in FINAL:
                assert reply == before, "a final word was taken back"
            self.told[reply.order_no] = reply

    def does(self, choice: random.Random) -> None:
        """One thing that a centre's worker, or its bank, may do next."""
        one = choice.choice(SINGLES)
        deeds = [
            lambda: self.hears(self.bank.collect(one)),
            lambda: self.hears(self.bank.query_collection(one)),
            lambda: self.bank.collect_batch(BATCH),
            lambda: self.hears(*self.bank.collection_lines(BATCH)),
            lambda: self.bank.debit_loans(DEBITS),
            lambda: self.hears(*self.bank.debit_lines(DEBITS)),
            lambda: self.clock.advance(choice.choice((1, 3, 50))),
            self.world.turn,
        ]
        if choice.random() < 0.3:
            fault = choice.choice(sorted(FAULTS))
            self.post("faults", fault=fault, times=1, **FAULTS[fault])
        with suppress(BankUnreachable):
            choice.choice(deeds)()

    def charged(self) -> dict[str, dict[str, int]]:
        """The bank's own count, per number."""
        clients = self.line.client.get("/bank/api/collections").get_json()["clients"]
        return clients.get(CLIENT, {"orders": {}})["orders"]

    def balance(self, number: str) -> int:
        """What is on an account."""
        rows = self.world.store.rows(
            "SELECT balance_fen FROM bank_account WHERE number = ?", (number,)
        )
        return rows[0]["balance_fen"]


@pytest.fixture
def centre(tmp_path: Path):
    clock = HandClock()
    app = create_app(tmp_path / "world.sqlite", clock.now, SECRETS, {}, payment_seconds=2)
    centre = Centre(app.extensions["world"], WithinProcess(app, clock), clock)
    centre.post(
        "agreements",
        agreement_no=COLLECTION.agreement_no,
        payer_account=COLLECTION.payer_account,
        payer_name=COLLECTION.payer_name,
        balance_fen=500_000,
    )
    for number, (debit, funds) in enumerate(zip(DEBITS.debits, FUNDS, strict=True)):
        centre.post(
            "agreements",
            agreement_no=f"XY{number}",
            payer_account=debit.payer_account,
            payer_name=debit.payer_name,
            balance_fen=funds,
        )
    yield centre
    centre.world.stop()


def ends(centre: Centre) -> None:
    """All is mended: everything is sent once more, time passes, and everything is asked for."""
    centre.post("faults", off="all")
    for one in SINGLES:
        centre.bank.collect(one)
    centre.bank.collect_batch(BATCH)
    centre.bank.debit_loans(DEBITS)
    centre.clock.advance(200)
    centre.world.turn()
    centre.hears(*(centre.bank.query_collection(one) for one in SINGLES))
    centre.hears(*centre.bank.collection_lines(BATCH), *centre.bank.debit_lines(DEBITS))


def check(centre: Centre) -> None:
    """What the centre was told, what the bank counts and what lies on the accounts is the same."""
    charged = centre.charged()
    assert {reply.outcome for reply in centre.told.values()} <= FINAL
    assert charged == {
        number: {"times": 1, "fen": reply.amount_fen}
        for number, reply in centre.told.items()
        if reply.outcome is Collected.COLLECTED
    }
    debited = sum(row["fen"] for number, row in charged.items() if "/" in number)
    fetched = sum(row["fen"] for row in charged.values()) - debited
    assert centre.balance(COLLECTION.payer_account) == 500_000 - fetched
    assert centre.balance(DEBITS.transit_account) == debited
    brought = centre.world.store.rows(
        "SELECT json_extract(message, '$.bank_serial') AS serial FROM bank_notice ORDER BY id"
    )
    singles = [reply for number, reply in centre.told.items() if "/" not in number]
    serials = sorted(reply.bank_serial for reply in singles if reply.bank_serial)
    assert sorted(row["serial"] for row in brought) == serials
    lines = centre.bank.debit_lines(DEBITS)
    if debited == 300_000:
        split = split_of(lines)
        centre.bank.split_debits(split)
        centre.clock.advance(3)
        assert centre.bank.split_state(split).state is SplitState.DONE
        assert centre.balance(DEBITS.transit_account) == 0


def walk(centre: Centre, seed: int, steps: int) -> None:
    """One life of a centre, the same for the same seed."""
    choice = random.Random(seed)
    centre.bank.statement(OURS, since=centre.clock.at.date(), until=centre.clock.at.date())
    for _ in range(steps):
        centre.does(choice)
    ends(centre)
    check(centre)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_short_life_charges_nobody_twice(centre: Centre, seed: int) -> None:
    walk(centre, seed, 25)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 120))
def test_long_lives_charge_nobody_twice(centre: Centre, seed: int) -> None:
    walk(centre, seed, 150)
