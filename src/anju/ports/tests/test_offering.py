"""Ports are offered once and asked for everywhere."""

from datetime import datetime, timedelta, timezone

import pytest

from anju import ports
from anju.ports.bank import PaymentRequest


class StoppedClock:
    """A clock that shows one instant."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


NOON = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=8)))


def test_an_offered_port_answers() -> None:
    with ports.offering("clock", StoppedClock(NOON)):
        assert ports.clock().now() == NOON


@pytest.mark.parametrize("ask", [ports.bank, ports.sms, ports.evidence_store])
def test_asking_too_early_says_which_port_is_missing(ask, monkeypatch) -> None:
    monkeypatch.setattr(ports, "_offered", {})
    with pytest.raises(ports.NotOffered, match=ask.__name__):
        ask()


def test_a_name_that_is_no_port_is_refused() -> None:
    with pytest.raises(ValueError, match="banc"):
        ports.offer("banc", object())


def test_offering_puts_back_what_was_there() -> None:
    first, second = StoppedClock(NOON), StoppedClock(NOON + timedelta(days=1))
    with ports.offering("clock", first):
        with ports.offering("clock", second):
            assert ports.clock() is second
        assert ports.clock() is first


@pytest.mark.parametrize(
    ("amount", "principal", "interest"),
    [(100, 90, 9), (0, 0, 0), (5, 6, -1), (-5, -5, 0)],
)
def test_a_request_whose_amounts_disagree_is_refused(amount, principal, interest) -> None:
    with pytest.raises(ValueError, match="YC1"):
        PaymentRequest(
            order_no="YC1",
            amount_fen=amount,
            principal_fen=principal,
            interest_fen=interest,
            payee_name="演示·李华",
            payee_account="6217000000000000",
            payee_bank_code="CCB",
            payer_account="1400000001",
            summary="退休提取",
        )
