"""The promises of `ports.bank`, kept by the HTTP adapter at the simulator and on recordings.

The recordings in `adapters/bank_http/payloads/` are these very tests as the simulator answered
them, byte for byte and with their signatures. After a change of the messages, write them anew with
`RECORD_PAYLOADS=1 pytest tests/contracts/test_bank_contract.py` and read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import httpx
import pytest

import anju.adapters.bank_http as bank_http
from anju.adapters.signed_http import SignedHttp, partner
from anju.ports.bank import BankPayments, BankUnreachable, Outcome

from .bank_contract import (
    RECORDED,
    REQUEST,
    AccountsAtTheSimulator,
    BankContract,
    BatchContract,
    hammer,
)
from .fetching_contract import RECORDED as FETCHED
from .fetching_contract import FetchingAtTheSimulator, FetchingContract, assert_it_fetches_too

CLIENT = "yuncheng"
SECRET = "contract-tests-secret-of-yuncheng-0001"
PAYLOADS = Path(bank_http.__file__).parent / "payloads"


class SimulatorStage:
    """The adapter at a running simulator; what is said is taped."""

    def __init__(self, outside, tape) -> None:
        self.outside = outside
        self.tape = tape

    def bank(self, situation: str) -> BankPayments:
        return bank_http.HttpBank(self.tape.http(self.outside, "bank", situation))

    def fault(self, **wish: object) -> None:
        self.outside.fault("bank", **wish)

    def pass_time(self, seconds: float) -> None:
        self.outside.clock.advance(seconds)

    def pay_in(self, account: str, amount_fen: int, remark: str) -> None:
        self.outside.pay_in(account, amount_fen, remark)

    def agree(self, **wish: object) -> None:
        self.outside.agree(**wish)

    def take_back(self, serial: str) -> None:
        self.outside.take_back(serial)

    def notices(self, count: int) -> list[tuple[Mapping[str, str], bytes, datetime]]:
        letters = self.outside.inbox.wait_for(count)[:count]
        self.tape.keep_notices(letters, self.outside.clock.now())
        return self.tape.letters()


class RecordingStage:
    """The adapter at a tiny server that plays a recording and accepts not a byte of difference."""

    def __init__(self, player) -> None:
        self.player = player

    def bank(self, situation: str) -> BankPayments:
        return bank_http.HttpBank(self.player.http(PAYLOADS, situation))

    def fault(self, **wish: object) -> None:
        """The recording already has it."""

    def pass_time(self, seconds: float) -> None:
        """The recording already did."""

    def pay_in(self, account: str, amount_fen: int, remark: str) -> None:
        """The recording already has it."""

    def agree(self, **wish: object) -> None:
        """The recording already has it."""

    def take_back(self, serial: str) -> None:
        """The recording already has it."""

    def notices(self, count: int) -> list[tuple[Mapping[str, str], bytes, datetime]]:
        return self.player.letters()[:count]


class TestHttpBankAtTheSimulator(
    BankContract, BatchContract, FetchingContract, AccountsAtTheSimulator, FetchingAtTheSimulator
):
    @pytest.fixture
    def stage(self, outside, tape) -> Iterator[SimulatorStage]:
        yield SimulatorStage(outside, tape)
        tape.save(PAYLOADS, only=RECORDED | FETCHED)

    def test_the_bank_counts_one_payment_under_sixteen_threads(self, stage, outside) -> None:
        hammer(stage.bank("hammered"), outside)

    def test_a_slow_bank_is_unknown_after_the_time_we_wait(self, stage, outside) -> None:
        outside.fault("bank", fault="slow_reply", seconds=5, times=1)
        impatient = bank_http.HttpBank(
            SignedHttp(
                partner(
                    {
                        "url": f"{outside.url}/bank",
                        "client": CLIENT,
                        "secret": SECRET,
                        "read_seconds": "0.3",
                    }
                ),
                clock=outside.clock.now,
            )
        )
        with pytest.raises(BankUnreachable):
            impatient.pay(REQUEST)

    def test_the_adapter_is_built_from_settings_and_asks_the_clock_port(self, outside) -> None:
        from anju import ports

        settings = {"url": f"{outside.url}/bank", "client": CLIENT, "secret": SECRET}
        with (
            ports.offering("clock", outside.clock),
            ports.offering("bank", bank_http.build(settings)),
        ):
            assert ports.bank().query("YC0").outcome is Outcome.NOT_FOUND
            assert_it_fetches_too()

    def test_a_bank_that_is_down_is_unknown(self, stage, outside) -> None:
        bank = stage.bank("down")
        outside.fault("bank", fault="bank_down", client=CLIENT)
        for ask in (lambda: bank.pay(REQUEST), lambda: bank.query(REQUEST.order_no)):
            with pytest.raises(BankUnreachable):
                ask()
        assert httpx.get(f"{outside.url}/bank/api/orders").json()["orders"] == []

    def test_another_centers_secret_opens_nothing(self, outside) -> None:
        settings = {
            "url": f"{outside.url}/bank",
            "client": CLIENT,
            "secret": "contract-tests-secret-of-banna-000002",
        }
        bank = bank_http.HttpBank(SignedHttp(partner(settings), clock=outside.clock.now))
        with pytest.raises(BankUnreachable, match="401"):
            bank.pay(REQUEST)
        assert outside.totals()["payments"] == 0


class TestHttpBankAtTheRecording(BankContract, BatchContract, FetchingContract):
    @pytest.fixture
    def stage(self, player) -> RecordingStage:
        return RecordingStage(player)


def test_port_and_payment_machine_use_the_same_words() -> None:
    from anju.domain.payment import Answer

    assert {outcome.value for outcome in Outcome} == {answer.value for answer in Answer}
