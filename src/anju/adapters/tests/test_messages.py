"""Messages are read strictly: what is not exactly as agreed is unusable."""

import pytest

from anju.adapters import messages


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"a":1}{"b":2}',
        b'{"a":1,"a":2}',
        b'{"outer":{"a":1,"a":1}}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b"\xff\xfe{}",
        b"[" * 60_000,
        b'{"a":"' + b"x" * messages.BODY_BYTES_MAX + b'"}',
    ],
)
def test_what_is_not_one_plain_object_is_malformed(body: bytes) -> None:
    with pytest.raises(messages.Malformed):
        messages.read(body)


@pytest.mark.parametrize("value", [None, 1.0, 1.5, True, "100", -1, 2**63, [1]])
def test_an_amount_is_a_whole_number_of_fen(value: object) -> None:
    with pytest.raises(messages.Malformed):
        messages.fen({"amount_fen": value}, "amount_fen")


@pytest.mark.parametrize("value", [0, 1, 2**63 - 1])
def test_amounts_at_the_edges(value: int) -> None:
    assert messages.fen({"amount_fen": value}, "amount_fen") == value


@pytest.mark.parametrize("value", [None, 1.0, True, "-1", -(2**63), 2**63])
def test_a_movement_is_a_whole_number_of_fen_either_way(value: object) -> None:
    assert messages.signed_fen({"amount_fen": -5}, "amount_fen") == -5
    with pytest.raises(messages.Malformed):
        messages.signed_fen({"amount_fen": value}, "amount_fen")


@pytest.mark.parametrize("value", [None, 0, 1, "true"])
def test_truth_is_not_what_is_nearly_so(value: object) -> None:
    assert messages.truth({"open": True}, "open") is True
    with pytest.raises(messages.Malformed):
        messages.truth({"open": value}, "open")


@pytest.mark.parametrize("value", [None, "20261120", "2026-11-31", "2026-W47-5", ""])
def test_a_day_is_written_one_way(value: object) -> None:
    assert messages.day({"on": "2026-11-20"}, "on").isoformat() == "2026-11-20"
    with pytest.raises(messages.Malformed):
        messages.day({"on": value}, "on")


@pytest.mark.parametrize("value", [None, 1, "x" * 201, ["x"]])
def test_a_text_is_a_short_text(value: object) -> None:
    with pytest.raises(messages.Malformed):
        messages.text({"reason": value}, "reason")


@pytest.mark.parametrize("value", ["", "2026-11-20", "2026-11-20T10:00:00", "yesterday", 5])
def test_an_instant_has_an_offset(value: object) -> None:
    with pytest.raises(messages.Malformed):
        messages.instant({"at": value}, "at")


def test_what_is_written_is_read_back_the_same() -> None:
    message = {"reason": "户名不符", "amount_fen": 1, "a": {"b": ""}}
    assert messages.read(messages.write(message)) == message
    assert messages.instant({"at": "2026-11-20T10:00:00+08:00"}, "at").isoformat() == (
        "2026-11-20T10:00:00+08:00"
    )
