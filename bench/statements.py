"""The ledger's statements of a withdrawal against TPC-B, both through pgbench."""

from __future__ import annotations

from collections.abc import Iterator

from bench import pgbench
from bench.rounds import Ratio, Run, compare, in_sequence, take_turns
from bench.sizes import Size
from bench.stage import BRANCHES, FIRST_SPREAD, SPREAD, TPCB, Stage

GOAL = 0.9
MANY_BANKS = 99
TPC_B = "TPC-B-like, pgbench"


def withdrawals(stage: Stage, size: Size) -> Iterator[Ratio]:
    """Submit and settlement, and one posting, at each number of clients."""
    for clients, each in size.each.items():
        sides = _Sides(stage, size, clients, each)
        found = take_turns(
            {"tpcb": sides.tpcb, "withdrawal": sides.submit, "post": sides.post}, size.rounds
        )
        baseline, submits, settles = found["tpcb"], found["withdrawal"], sides.settled
        at = f"{clients} client{'s' if clients > 1 else ''}"
        yield compare(
            f"withdrawal, {at}", in_sequence(submits, settles),
            against=baseline, baseline=TPC_B, goal=GOAL,
            note="two transactions a withdrawal: submit and settlement",
        )  # fmt: skip
        for name, runs, note in (
            ("submit", submits, "day gate, lock, place_hold, order_hold"),
            ("settlement", settles, "settle_closing: voucher, lines, account closed"),
            ("posting", found["post"], "post: part of a balance taken out"),
        ):
            yield compare(f"  {name}, {at}", runs, against=baseline, baseline=TPC_B, note=note)


def one_bank_account(stage: Stage, size: Size) -> Iterator[Ratio]:
    """Settlements and postings that all name one bank account, against the same over many."""
    clients = size.hot_clients
    sides = _Sides(stage, size, clients, size.each[clients])
    hot = _Sides(stage, size, clients, size.each[clients], banks=1)
    found = take_turns(
        {"many": sides.submit, "one": hot.submit, "many post": sides.post, "one post": hot.post},
        size.rounds,
    )
    for name, work, against in (
        ("settlement", hot.settled, sides.settled),
        ("posting", found["one post"], found["many post"]),
    ):
        yield compare(
            f"one bank account, {name}, {clients} clients", work,
            against=against, baseline=f"{MANY_BANKS:,} bank accounts", goal=GOAL,
        )  # fmt: skip


class _Sides:
    """The sides of a comparison at one number of clients."""

    def __init__(
        self, stage: Stage, size: Size, clients: int, each: int, banks: int = MANY_BANKS
    ) -> None:
        self.stage = stage
        self.clients, self.each, self.banks = clients, each, banks
        self.warm = int(each * size.warm_share)
        self.spread = min(SPREAD, size.tpcb_accounts)
        self.accounts = size.tpcb_accounts
        self.settled: list[Run] = []
        self._posts = 0

    def _run(self, script: str, search_path: str = "", **values: object) -> Run:
        return pgbench.run(
            script, self.stage.books(), clients=self.clients, each=self.each, warm=self.warm,
            values=values, search_path=search_path,
        )  # fmt: skip

    def tpcb(self) -> Run:
        """The standard transaction."""
        return self._run("tpcb", TPCB, accounts=self.accounts, branches=BRANCHES)

    def submit(self) -> Run:
        """Accounts that are whole are ordered out; then the same ones are settled."""
        first = self.stage.take_accounts(self.clients * self.each)
        submitted = self._run("submit", first=first)
        self.settled.append(self._run("settle", first=first, banks=self.banks))
        return submitted

    def post(self) -> Run:
        """A few fen from an account among many."""
        self._posts += 1
        run = f"{id(self)}-{self._posts}"
        return self._run("post", first=FIRST_SPREAD, spread=self.spread, banks=self.banks, run=run)
