"""The child process of `postings`: both sides in turns, on Django's own connections."""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from statistics import quantiles
from typing import Any

import django

from bench.rounds import Run, take_turns

AT = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
DAY = date(2026, 11, 20)
_TPCB = (
    "UPDATE tpcb.pgbench_accounts SET abalance = abalance + %(delta)s WHERE aid = %(aid)s",
    "SELECT abalance FROM tpcb.pgbench_accounts WHERE aid = %(aid)s",
    "UPDATE tpcb.pgbench_tellers SET tbalance = tbalance + %(delta)s WHERE tid = %(tid)s",
    "UPDATE tpcb.pgbench_branches SET bbalance = bbalance + %(delta)s WHERE bid = %(bid)s",
    "INSERT INTO tpcb.pgbench_history (tid, bid, aid, delta, mtime)"
    " VALUES (%(tid)s, %(bid)s, %(aid)s, %(delta)s, CURRENT_TIMESTAMP)",
)
Act = Callable[[str], None]


def acts(spec: dict[str, Any]) -> dict[str, Act]:
    """One transaction of either side; the text is a name that is used once."""
    from django.db import connection, transaction

    from anju import ledger
    from anju.domain.vouchers import GlLine, MemberLine, Voucher

    def post(name: str) -> None:
        account = spec["first"] + random.randrange(spec["spread"])
        amount = random.randint(1, 99)
        voucher = Voucher(
            "withdrawals.partial", source_type="bench", source_id=name, occurred_at=AT,
            summary="提取",
            gl=(GlLine("201", amount, employer_id=7),
                GlLine("101", -amount, bank_account_id=10101)),
            members=(MemberLine(account, -amount, "withdrawal", DAY),),
        )  # fmt: skip
        with transaction.atomic():
            ledger.post([voucher], key=name, scope="bench")

    def tpcb(_name: str) -> None:
        values = {
            "aid": random.randint(1, spec["tpcb_accounts"]),
            "bid": random.randint(1, 64),
            "tid": random.randint(1, 640),
            "delta": random.randint(-5000, 5000),
        }
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _TPCB:
                cursor.execute(statement, values)
                if cursor.description:
                    cursor.fetchall()

    return {"tpcb": tpcb, "post": post}


class Crew:
    """Threads that keep their connections and do one side's work together, round after round."""

    def __init__(self, spec: dict[str, Any], act: Act) -> None:
        self.clients, self.each, self.act = spec["clients"], spec["each"], act
        self.rounds = 0

    def run(self) -> Run:
        """Everybody warms up, then all start at once."""
        self.rounds += 1
        took: list[float] = []
        faults: list[BaseException] = []
        start = threading.Barrier(self.clients + 1)
        name = f"py-{os.getpid()}-{id(self)}-{self.rounds}"
        threads = [
            threading.Thread(target=self._work, args=(f"{name}-{n}", start, took, faults))
            for n in range(self.clients)
        ]
        for thread in threads:
            thread.start()
        start.wait()
        began = time.perf_counter()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
        if faults:
            raise faults[0]
        cuts = quantiles(took, n=100)
        return Run(len(took) / seconds, cuts[49] * 1000, cuts[98] * 1000)

    def _work(
        self, name: str, start: threading.Barrier, took: list[float], faults: list[BaseException]
    ) -> None:
        from django.db import connection

        try:
            for number in range(5):
                self.act(f"{name}-w{number}")
            start.wait()
            for number in range(self.each):
                before = time.perf_counter()
                self.act(f"{name}-{number}")
                took.append(time.perf_counter() - before)
        except BaseException as fault:  # noqa: BLE001 - told by whoever waits
            faults.append(fault)
            start.abort()
        finally:
            connection.close()


def main() -> None:
    """Read what to do from the command line, print each side's rounds as JSON."""
    django.setup()
    spec = json.loads(sys.argv[1])
    crews = {name: Crew(spec, act) for name, act in acts(spec).items()}
    found = take_turns({name: crew.run for name, crew in crews.items()}, spec["rounds"])
    print(
        json.dumps({
            name: [[run.per_second, run.p50_ms, run.p99_ms] for run in runs]
            for name, runs in found.items()
        })
    )  # fmt: skip


if __name__ == "__main__":
    main()
