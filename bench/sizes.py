"""How much is measured: enough to be sure, quickly, or only that it works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Counts of everything; `each` is transactions per client at so many clients."""

    name: str
    rounds: int
    each: dict[int, int]
    warm_share: float
    page_seconds: float
    page_rounds: int
    python_each: dict[int, int]
    requests: int
    jobs: int
    tpcb_accounts: int
    nights: int
    withdrawals: int
    members: int
    large: int
    lines_to_read: int
    peers: int

    @property
    def hot_clients(self) -> int:
        """At how many clients one bank account's line is compared with many: the most."""
        return max(self.each)

    @property
    def closing_accounts(self) -> int:
        """A closing withdrawal uses its account up, so there is one for each that will be run."""
        level = sum(clients * each for clients, each in self.each.items())
        return self.rounds * (level + 2 * self.hot_clients * self.each[self.hot_clients])


QUICK = Size(
    name="quick",
    rounds=3,
    each={1: 100, 8: 50, 64: 15},
    warm_share=0.2,
    page_seconds=0.3,
    page_rounds=3,
    python_each={1: 60, 8: 20},
    requests=1_000,
    jobs=300,
    tpcb_accounts=100_000,
    nights=3,
    withdrawals=400,
    members=100_000,
    large=0,
    lines_to_read=1_000_000,
    peers=40,
)
FULL = Size(
    name="full",
    rounds=5,
    each={1: 1_500, 8: 800, 64: 120},
    warm_share=0.2,
    page_seconds=2.0,
    page_rounds=5,
    python_each={1: 800, 8: 250},
    requests=10_000,
    jobs=10_000,
    tpcb_accounts=640_000,
    nights=3,
    withdrawals=2_000,
    members=1_000_000,
    large=10_000_000,
    lines_to_read=50_000_000,
    peers=400,
)
SMOKE = Size(
    name="smoke",
    rounds=2,
    each={1: 20, 8: 10},
    warm_share=0.2,
    page_seconds=0.2,
    page_rounds=2,
    python_each={1: 10, 8: 5},
    requests=80,
    jobs=40,
    tpcb_accounts=2_000,
    nights=1,
    withdrawals=20,
    members=400,
    large=0,
    lines_to_read=3_000,
    peers=4,
)
SIZES = {size.name: size for size in (QUICK, FULL, SMOKE)}
