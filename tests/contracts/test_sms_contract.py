"""The promises of `ports.sms`, kept by the HTTP adapter at the simulator and on recordings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import anju.adapters.sms_http as sms_http
from anju.adapters.signed_http import SignedHttp, partner
from anju.ports.sms import SmsGateway, SmsRefused, SmsUnreachable

PAYLOADS = Path(sms_http.__file__).parent / "payloads"
RECORDED = {"sent", "sent_twice", "reply_lost", "refused"}
PHONE = "15000000000"
TEXT = "【演示公积金】验证码 204830，10 分钟内有效。"


class SmsContract:
    """What every SMS adapter must do. Subclasses give the stage."""

    def test_a_message_is_handed_over(self, stage) -> None:
        gateway: SmsGateway = stage.sms("sent")
        gateway.send("DX1", phone=PHONE, text=TEXT)
        stage.expect_texts([TEXT])

    def test_the_same_id_twice_sends_once(self, stage) -> None:
        gateway: SmsGateway = stage.sms("sent_twice")
        gateway.send("DX1", phone=PHONE, text=TEXT)
        gateway.send("DX1", phone=PHONE, text=TEXT)
        stage.expect_texts([TEXT])

    def test_a_lost_reply_is_unknown_and_mended_by_the_same_id(self, stage) -> None:
        gateway: SmsGateway = stage.sms("reply_lost")
        stage.fault(fault="lose_reply", times=1)
        with pytest.raises(SmsUnreachable):
            gateway.send("DX1", phone=PHONE, text=TEXT)
        gateway.send("DX1", phone=PHONE, text=TEXT)
        stage.expect_texts([TEXT])

    def test_a_refused_number_is_final(self, stage) -> None:
        gateway: SmsGateway = stage.sms("refused")
        stage.fault(fault="refuse", times=1)
        with pytest.raises(SmsRefused, match="无法送达"):
            gateway.send("DX1", phone=PHONE, text=TEXT)
        stage.expect_texts([])


class SimulatorStage:
    def __init__(self, outside, tape) -> None:
        self.outside = outside
        self.tape = tape

    def sms(self, situation: str) -> SmsGateway:
        return sms_http.HttpSms(self.tape.http(self.outside, "sms", situation))

    def fault(self, **wish: object) -> None:
        self.outside.fault("sms", **wish)

    def expect_texts(self, texts: list[str]) -> None:
        assert texts_on(self.outside.url) == texts


class RecordingStage:
    def __init__(self, player) -> None:
        self.player = player

    def sms(self, situation: str) -> SmsGateway:
        return sms_http.HttpSms(self.player.http(PAYLOADS, situation))

    def fault(self, **wish: object) -> None:
        """The recording already has it."""

    def expect_texts(self, texts: list[str]) -> None:
        """The phone was looked at when this was recorded."""


def texts_on(url: str, phone: str = PHONE) -> list[str]:
    """The texts on a simulated phone, newest first."""
    answer = httpx.get(f"{url}/sms/api/messages", params={"phone": phone}).json()
    return [message["text"] for message in answer["messages"]]


class TestHttpSmsAtTheSimulator(SmsContract):
    @pytest.fixture
    def stage(self, outside, tape) -> Iterator[SimulatorStage]:
        yield SimulatorStage(outside, tape)
        tape.save(PAYLOADS, only=RECORDED)

    def test_a_gateway_that_is_down_or_too_slow_is_unknown(self, outside) -> None:
        settings = {
            "url": f"{outside.url}/sms",
            "client": "yuncheng",
            "secret": "contract-tests-secret-of-yuncheng-0001",
            "read_seconds": "0.3",
        }
        gateway = sms_http.HttpSms(SignedHttp(partner(settings), clock=outside.clock.now))
        outside.fault("sms", fault="slow", seconds=5, times=1)
        with pytest.raises(SmsUnreachable):
            gateway.send("DX1", phone=PHONE, text=TEXT)
        outside.fault("sms", fault="down")
        with pytest.raises(SmsUnreachable):
            gateway.send("DX2", phone=PHONE, text=TEXT)
        assert texts_on(outside.url) == [TEXT]

    def test_acceptance_is_not_delivery(self, stage, outside) -> None:
        gateway = stage.sms("swallowed")
        outside.fault("sms", fault="swallow", times=1)
        gateway.send("DX1", phone=PHONE, text=TEXT)
        gateway.send("DX2", phone=PHONE, text="第二条")
        assert texts_on(outside.url) == ["第二条"]

    def test_it_is_built_from_settings_and_asks_the_clock_port(self, outside) -> None:
        from anju import ports

        settings = {
            "url": f"{outside.url}/sms",
            "client": "yuncheng",
            "secret": "contract-tests-secret-of-yuncheng-0001",
        }
        with ports.offering("clock", outside.clock):
            sms_http.build(settings).send("DX1", phone=PHONE, text=TEXT)
        assert texts_on(outside.url) == [TEXT]


class TestHttpSmsAtTheRecording(SmsContract):
    @pytest.fixture
    def stage(self, player) -> RecordingStage:
        return RecordingStage(player)
