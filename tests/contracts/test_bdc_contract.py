"""The promises of `ports.bank`, kept at the settlement system; and what is never believed.

Record anew with `RECORD_PAYLOADS=1 pytest tests/contracts/test_bdc_contract.py`, and read the
difference: each exchange holds its frames as they went and, beside them, the messages in them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

import anju.adapters.bank_bdc as bank_bdc
from anju import ports
from anju.adapters.bank_bdc import BdcBank, NodeLine
from anju.adapters.bank_bdc.listener import listening as listener
from anju.config.cluster import free_port
from anju.ports.bank import BankPayments, BankUnreachable, NoticeForged, Outcome
from anju.simulators.world import Settlement

from . import bdc_line
from .bank_contract import (
    RECORDED,
    REQUEST,
    AccountsAtTheSimulator,
    BankContract,
    BatchContract,
    hammer,
)
from .bdc_line import CLIENT, NODE, Letter, Mailbox, Player, Tape, TapedLine, our_node
from .conftest import HandClock, Outside, opened, wait_until
from .fetching_contract import RECORDED as FETCHED
from .fetching_contract import FetchingAtTheSimulator, FetchingContract, assert_it_fetches_too

PAYLOADS = Path(bank_bdc.__file__).parent / "payloads"


class SimulatorStage:
    """The adapter at a running simulator; what is said is taped."""

    def __init__(self, outside: Outside, port: int, mailbox: Mailbox) -> None:
        self.outside = outside
        self.port = port
        self.mailbox = mailbox
        self.tape = Tape()

    def bank(self, situation: str) -> BankPayments:
        self.tape.situation = situation
        return BdcBank(TapedLine(self.tape, our_node(self.port), clock=self.outside.clock.now))

    def untaped(self, **changes: str) -> BdcBank:
        return BdcBank(NodeLine(our_node(self.port, **changes), clock=self.outside.clock.now))

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

    def notices(self, count: int) -> list[Letter]:
        wait_until(lambda: len(self.mailbox.frames) >= count)
        self.tape.frames = [
            {"at": at.isoformat(), "frame": base64.b64encode(raw).decode()}
            for raw, at in self.mailbox.frames[:count]
        ]
        return bdc_line.letters(our_node(self.port), self.mailbox.frames)[:count]


class RecordingStage:
    """The adapter at a tiny server that plays a recording and accepts not a byte of difference."""

    def __init__(self, player: Player) -> None:
        self.player = player

    def bank(self, situation: str) -> BankPayments:
        return BdcBank(self.player.line(PAYLOADS, situation))

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

    def notices(self, count: int) -> list[Letter]:
        return bdc_line.letters(our_node(self.player.port), self.player.frames)[:count]


@pytest.fixture
def stage(clock: HandClock, inbox, tmp_path: Path) -> Iterator[SimulatorStage]:
    port = free_port()
    mailbox = Mailbox(our_node(port), clock)
    with bdc_line.listening(mailbox.take) as letters_port:
        inbox.url = f"bdc://127.0.0.1:{letters_port}"
        settlement = Settlement(port, {NODE: CLIENT})
        with opened(tmp_path / "world.sqlite", clock, inbox, settlement) as outside:
            yield SimulatorStage(outside, port, mailbox)


class TestAtTheSimulator(
    BankContract, BatchContract, FetchingContract, AccountsAtTheSimulator, FetchingAtTheSimulator
):
    @pytest.fixture
    def outside(self, stage: SimulatorStage) -> Outside:
        return stage.outside

    @pytest.fixture(autouse=True)
    def recorded(self, stage: SimulatorStage) -> Iterator[None]:
        yield
        stage.tape.save(PAYLOADS, only=RECORDED | FETCHED)


class TestAtTheRecording(BankContract, BatchContract, FetchingContract):
    @pytest.fixture
    def stage(self) -> Iterator[RecordingStage]:
        player = Player()
        with bdc_line.listening(player.take) as player.port:
            yield RecordingStage(player)
        assert player.differences == []
        assert player.played == len(player.exchanges)


def test_the_bank_counts_one_payment_under_sixteen_threads(stage: SimulatorStage) -> None:
    hammer(stage.untaped(), stage.outside)


@pytest.mark.parametrize(
    "fault",
    [
        "bdc_cut_reply",
        "bdc_oversized_reply",
        "bdc_garbled_reply",
        "bdc_replayed_reply",
        "bdc_wrong_session",
        "bdc_entity_bomb",
    ],
)
def test_a_spoilt_answer_is_unknown_and_left_by_query(stage: SimulatorStage, fault: str) -> None:
    bank = stage.untaped()
    bank.query("YC01202611200000")
    stage.fault(fault=fault, times=1)
    with pytest.raises(BankUnreachable):
        bank.pay(REQUEST)
    stage.pass_time(3)
    assert bank.query(REQUEST.order_no).outcome is Outcome.PAID
    assert stage.outside.totals()["payments"] == 1


def test_a_forgotten_session_is_renewed_and_the_order_paid_once(stage: SimulatorStage) -> None:
    bank = stage.untaped()
    bank.query(REQUEST.order_no)
    stage.fault(fault="bdc_session_lost", times=1)
    assert bank.pay(REQUEST).outcome is Outcome.ACCEPTED
    stage.pass_time(3)
    assert bank.query(REQUEST.order_no).outcome is Outcome.PAID
    assert stage.outside.totals()["payments"] == 1


def test_a_session_ends_with_its_hours(stage: SimulatorStage) -> None:
    bank = stage.untaped()
    bank.query(REQUEST.order_no)
    stage.pass_time(9 * 3600)
    assert bank.query(REQUEST.order_no).outcome is Outcome.NOT_FOUND


def test_signing_out_ends_the_session_at_both_ends(stage: SimulatorStage) -> None:
    line = NodeLine(our_node(stage.port), clock=stage.outside.clock.now)
    assert line.ask("SYS600", body={}).head["RtnCode"] == "00000"
    line.sign_out()
    line.sign_out()
    assert line.ask("SYS600", body={}).head["TxCode"] == "SYS600"


@pytest.mark.parametrize(
    "changes",
    [{"secret": "contract-tests-secret-of-nobody-00009"}, {"node": "D00009"}],
)
def test_a_stranger_hears_nothing_and_moves_nothing(stage, changes) -> None:
    with pytest.raises(BankUnreachable):
        stage.untaped(**changes).pay(REQUEST)
    assert stage.outside.totals()["payments"] == 0


def test_a_slow_bank_and_one_that_is_down_are_unknown(stage: SimulatorStage) -> None:
    bank = stage.untaped(read_seconds="1.5")
    bank.query(REQUEST.order_no)
    stage.fault(fault="slow_reply", seconds=20, times=1)
    with pytest.raises(BankUnreachable):
        bank.pay(REQUEST)
    stage.fault(fault="bank_down", client=CLIENT)
    for ask in (lambda: bank.pay(REQUEST), lambda: bank.query(REQUEST.order_no)):
        with pytest.raises(BankUnreachable):
            ask()


def test_it_is_built_from_settings_and_asks_the_clock_port(stage: SimulatorStage) -> None:
    settings = {
        "address": f"127.0.0.1:{stage.port}",
        "node": NODE,
        "unit": "140800",
        "customer": "CMP1",
        "secret": bdc_line.SECRET,
    }
    with (
        ports.offering("clock", stage.outside.clock),
        ports.offering("bank", bank_bdc.build(settings)),
    ):
        assert ports.bank().query("YC0").outcome is Outcome.NOT_FOUND
        assert_it_fetches_too()


def test_the_listener_hands_every_notice_on_until_it_is_safe(clock, inbox, tmp_path) -> None:
    """The first attempt cannot be kept; the node sends it again, the same bytes, and stops."""
    kept, failures = [], [RuntimeError("the database is away")]

    def take(headers, body) -> None:
        if failures:
            raise failures.pop()
        kept.append((headers, body))

    port = free_port()
    own = our_node(port)
    with listener(own, bind=("127.0.0.1", 0), take=take, clock=clock.now) as (host, letters_port):
        inbox.url = f"bdc://{host}:{letters_port}"
        settlement = Settlement(port, {NODE: CLIENT})
        with opened(tmp_path / "world.sqlite", clock, inbox, settlement) as outside:
            outside.fault("bank", fault="forged_notice", times=1)
            bank = BdcBank(NodeLine(own, clock=clock.now))
            bank.pay(REQUEST)
            wait_until(lambda: clock.advance(1) or len(kept) == 1)
            resend = f"{outside.url}/bank/api/orders/{CLIENT}/{REQUEST.order_no}/resend"
            httpx.post(resend).raise_for_status()
            wait_until(lambda: clock.advance(1) or len(kept) == 2)
    assert failures == []
    headers, body = kept[0]
    assert {other for _, other in kept} == {body}
    notice = bank.read_notice(headers, body=body, at=clock.now())
    assert (notice.outcome, notice.order_no) == (Outcome.PAID, REQUEST.order_no)
    with pytest.raises(NoticeForged):
        bank.read_notice(headers, body=body.replace(b"-20222.95", b"-2.95"), at=clock.now())


def test_a_large_payment_between_banks_waits_until_their_clearing_opens(stage) -> None:
    """Friday at half past five is too late; it moves on Monday morning, and once."""
    bank = stage.untaped()
    large = 150_000_000
    order = replace(
        REQUEST,
        payee_bank_code="102",
        amount_fen=large,
        principal_fen=large,
        interest_fen=0,
    )
    stage.pass_time(7.5 * 3600)
    assert bank.pay(order).outcome is Outcome.ACCEPTED
    stage.pass_time(24 * 3600)
    assert bank.query(order.order_no).outcome is Outcome.ACCEPTED
    stage.pass_time(39.1 * 3600)
    paid = bank.query(order.order_no)
    assert (paid.outcome, paid.amount_fen) == (Outcome.PAID, large)
    assert stage.outside.totals()["payments"] == 1
