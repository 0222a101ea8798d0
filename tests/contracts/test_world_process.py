"""The outside world as a process of its own: it may be killed at any moment and forgets nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from anju.adapters import bank_http
from anju.adapters.signed_http import SignedHttp, partner
from anju.ports.bank import BankUnreachable, Outcome, PaymentRequest

pytestmark = pytest.mark.processes

CLIENT, SECRET = "yuncheng", "contract-tests-secret-of-yuncheng-0001"
SOURCE = Path(bank_http.__file__).parents[3]

PROGRAM = """
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from anju.simulators.world import serve

shanghai = timezone(timedelta(hours=8))
serve(
    int(sys.argv[2]),
    store_path=Path(sys.argv[1]),
    clock=lambda: datetime(2026, 11, 20, 10, tzinfo=shanghai),
    secrets={"yuncheng": "contract-tests-secret-of-yuncheng-0001"},
    notify_urls={},
    payment_seconds=0,
    ready=lambda address: print(address, flush=True),
)
"""


class WorldProcess:
    """Starts, kills and starts again."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.port = "0"
        self.url = ""
        self.process: subprocess.Popen[str] = None  # type: ignore[assignment]  # set by start()
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(self.store), self.port],
            env={"PYTHONPATH": str(SOURCE)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        self.port = self.url.rpartition(":")[2]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        status = self.process.wait(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@pytest.fixture
def process(tmp_path: Path) -> Iterator[WorldProcess]:
    process = WorldProcess(tmp_path / "world.sqlite")
    yield process
    if process.process.poll() is None:
        process.end(signal.SIGKILL)


def bank(process: WorldProcess, clock) -> bank_http.HttpBank:
    settings = {"url": f"{process.url}/bank", "client": CLIENT, "secret": SECRET}
    return bank_http.HttpBank(SignedHttp(partner(settings), clock=clock.now))


def order(number: int) -> PaymentRequest:
    return PaymentRequest(
        order_no=f"YC{number:04d}",
        amount_fen=100,
        principal_fen=100,
        interest_fen=0,
        payee_name="演示·李华",
        payee_account="6217000000000001",
        payee_bank_code="CCB",
        payer_account="14050000000000001",
        summary="退休提取",
    )


def test_orders_survive_a_kill_and_are_paid_once_each(process: WorldProcess, clock) -> None:
    """Eight threads pay forty orders, each repeated until answered, while the bank is killed and
    started again three times; at the end the bank has counted forty payments.
    """
    adapter = bank(process, clock)
    pending = list(range(40))
    unknown = []
    paid = []

    def pay() -> None:
        pause = threading.Event()
        while pending:
            try:
                number = pending.pop()
            except IndexError:
                return
            while True:
                try:
                    paid.append(adapter.pay(order(number)).outcome)
                    break
                except BankUnreachable:
                    unknown.append(number)
                    pause.wait(0.05)

    threads = [threading.Thread(target=pay) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        threading.Event().wait(0.1)
        process.end(signal.SIGKILL)
        process.start()
    for thread in threads:
        thread.join(timeout=60)
    counted = httpx.get(f"{process.url}/bank/api/totals").json()["clients"][CLIENT]
    assert paid == [Outcome.PAID] * 40
    assert unknown, "the bank was never away: the test proved nothing"
    assert counted["payments"] == 40
    assert {one["payments"] for one in counted["orders"].values()} == {1}


def test_it_ends_when_it_is_told_to(process: WorldProcess) -> None:
    assert httpx.get(f"{process.url}/healthz").text == "ok\n"
    assert process.end(signal.SIGTERM) == 0


def test_a_taken_port_is_an_error_at_once(process: WorldProcess, tmp_path: Path) -> None:
    second = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "other.sqlite"), process.port],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 1
    assert "Address already in use" in second.stderr
