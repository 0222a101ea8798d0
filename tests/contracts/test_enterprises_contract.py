"""The promises of `ports.enterprises`, kept by the adapter at the simulator and on recordings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

import anju.adapters.enterprises_http as enterprises_http
from anju import ports
from anju.adapters.signed_http import SignedHttp, partner
from anju.ports.enterprises import (
    EnterpriseRefused,
    Enterprises,
    EnterprisesUnreachable,
    NotVouchedFor,
    RegisteredEnterprise,
)

from .conftest import CLIENT, SECRETS

PAYLOADS = Path(enterprises_http.__file__).parent / "payloads"
RECORDED = {"found", "unknown", "wrong_password", "revoked", "another", "garbled", "reply_lost"}
USCC, PASSWORD = "91149999DEM000010R", "Kaiban-2026"
FACTS = {
    "uscc": USCC,
    "name": "运城演示新材料有限公司",
    "address": "运城市盐湖区演示路 1 号",
    "founded_on": "2026-09-18",
    "legal_representative": "演示·薛明",
    "division": "140802",
}


class EnterprisesContract:
    """What every adapter to an enterprise platform must do. Subclasses give the stage."""

    def test_whoever_knows_the_password_is_told_what_is_registered(self, stage) -> None:
        platform: Enterprises = stage.platform("found")
        told = platform.look_up(USCC, password=PASSWORD)
        assert told == RegisteredEnterprise(**FACTS | {"founded_on": date(2026, 9, 18)})
        assert "薛明" not in repr(told)

    def test_a_code_nobody_registered(self, stage) -> None:
        platform: Enterprises = stage.platform("unknown")
        with pytest.raises(EnterpriseRefused) as caught:
            platform.look_up("91149999DEM000011W", password=PASSWORD)
        assert caught.value.why is NotVouchedFor.UNKNOWN

    def test_another_password(self, stage) -> None:
        platform: Enterprises = stage.platform("wrong_password")
        with pytest.raises(EnterpriseRefused) as caught:
            platform.look_up(USCC, password="Kaiban-2025")
        assert caught.value.why is NotVouchedFor.WRONG_PASSWORD

    def test_a_revoked_enterprise(self, stage) -> None:
        platform: Enterprises = stage.platform("revoked")
        stage.revoke()
        with pytest.raises(EnterpriseRefused) as caught:
            platform.look_up(USCC, password=PASSWORD)
        assert caught.value.why is NotVouchedFor.REVOKED

    def test_an_answer_about_another_enterprise_is_no_answer(self, stage) -> None:
        platform: Enterprises = stage.platform("another")
        stage.fault(fault="another", times=1)
        with pytest.raises(EnterprisesUnreachable, match="another enterprise"):
            platform.look_up(USCC, password=PASSWORD)

    def test_an_answer_without_a_founding_day_is_no_answer(self, stage) -> None:
        platform: Enterprises = stage.platform("garbled")
        stage.fault(fault="garbled", times=1)
        with pytest.raises(EnterprisesUnreachable, match="founded_on"):
            platform.look_up(USCC, password=PASSWORD)

    def test_a_platform_that_is_down_may_be_asked_again(self, stage) -> None:
        platform: Enterprises = stage.platform("reply_lost")
        stage.fault(fault="down", times=1)
        with pytest.raises(EnterprisesUnreachable):
            platform.look_up(USCC, password=PASSWORD)
        assert platform.look_up(USCC, password=PASSWORD).uscc == USCC


class SimulatorStage:
    def __init__(self, outside, tape) -> None:
        self.outside = outside
        self.tape = tape
        self.say("enterprises", **FACTS, password=PASSWORD)

    def say(self, what: str, **wish: object) -> None:
        url = f"{self.outside.url}/enterprises/api/{what}"
        httpx.post(url, json=wish).raise_for_status()

    def platform(self, situation: str) -> Enterprises:
        return enterprises_http.HttpEnterprises(
            self.tape.http(self.outside, "enterprises", situation)
        )

    def fault(self, **wish: object) -> None:
        self.outside.fault("enterprises", **wish)

    def revoke(self) -> None:
        self.say(f"enterprises/{USCC}/state", state="revoked")


class RecordingStage:
    def __init__(self, player) -> None:
        self.player = player

    def platform(self, situation: str) -> Enterprises:
        return enterprises_http.HttpEnterprises(self.player.http(PAYLOADS, situation))

    def fault(self, **wish: object) -> None:
        """The recording already has it."""

    def revoke(self) -> None:
        """The recording already has it."""


class TestHttpEnterprisesAtTheSimulator(EnterprisesContract):
    @pytest.fixture
    def stage(self, outside, tape) -> Iterator[SimulatorStage]:
        yield SimulatorStage(outside, tape)
        tape.save(PAYLOADS, only=RECORDED)

    def test_it_is_built_from_settings_and_a_slow_platform_is_unreachable(
        self, stage, outside
    ) -> None:
        own = {"url": f"{outside.url}/enterprises", "client": CLIENT, "secret": SECRETS[CLIENT]}
        with ports.offering("clock", outside.clock):
            found = enterprises_http.build(own).look_up(USCC, password=PASSWORD)
        assert found.name == FACTS["name"]
        hasty = SignedHttp(partner(own | {"read_seconds": "0.3"}), clock=outside.clock.now)
        stage.fault(fault="slow", seconds=5, times=1)
        with pytest.raises(EnterprisesUnreachable):
            enterprises_http.HttpEnterprises(hasty).look_up(USCC, password=PASSWORD)


class TestHttpEnterprisesAtTheRecording(EnterprisesContract):
    @pytest.fixture
    def stage(self, player) -> RecordingStage:
        return RecordingStage(player)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"outcome": "perhaps"}, "'perhaps' was not agreed on"),
        ({"kind": "message_reply"}, "another enterprise"),
        ({"division": "1408"}, "six digits"),
        ({"division": "一四零八零二"}, "six digits"),
        ({"name": " "}, "empty"),
        ({"name": None}, "name is not a text"),
        ({"founded_on": "2026-9-18"}, "founded_on"),
    ],
)
def test_nonsense_is_no_answer(changed: dict[str, object], says: str) -> None:
    reply = {"kind": "enterprise_reply", "outcome": "found", **FACTS, **changed}

    class Line:
        def ask(self, path: str, *, message: object) -> object:
            return type("Answer", (), {"status": 200, "message": reply})

    platform = enterprises_http.HttpEnterprises(Line())  # type: ignore[arg-type] # a line of words
    with pytest.raises(EnterprisesUnreachable, match=says):
        platform.look_up(USCC, password=PASSWORD)
