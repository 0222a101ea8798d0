"""A signed message is believed whole, fresh, and from whom it says; nothing else is."""

from datetime import datetime, timedelta, timezone

import pytest

from anju.adapters import signing

AT = datetime(2026, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=8)))
SECRET = b"0123456789abcdef0123456789abcdef"
BODY = '{"kind":"notice","order_no":"YC1","reason":"户名不符"}'.encode()
NONCE = "00112233445566778899aabbccddeeff"
KNOWN = "fc1f86a9797de5b8cad6de0adfc101e169f702863bda251be2bb493d12bbf6a7"


def headers() -> dict[str, str]:
    return signing.signed_headers("yuncheng", secret=SECRET, at=AT, nonce=NONCE, body=BODY)


def believed(given: dict[str, str], *, body: bytes = BODY, at: datetime = AT, **other) -> bool:
    expected = {"client": "yuncheng", "secret": SECRET, **other}
    try:
        signing.verify(given, body=body, at=at, **expected)
    except signing.Untrusted:
        return False
    return True


def test_a_known_signature() -> None:
    # Computed with: printf '1795140000\n%s\n%s' NONCE BODY | openssl dgst -sha256 -hmac SECRET
    assert headers()[signing.TIMESTAMP] == "1795140000"
    assert headers()[signing.SIGNATURE] == KNOWN


def test_an_untouched_message_is_believed() -> None:
    assert believed(headers())


def test_header_names_may_come_in_any_case() -> None:
    assert believed({name.lower(): value for name, value in headers().items()})
    assert believed({name.upper(): value for name, value in headers().items()})


def test_every_byte_of_the_body_counts() -> None:
    for position in range(len(BODY)):
        changed = bytearray(BODY)
        changed[position] ^= 1
        assert not believed(headers(), body=bytes(changed))
    for position in range(len(BODY) + 1):
        assert not believed(headers(), body=BODY[:position] + b" " + BODY[position:])
        assert position == len(BODY) or not believed(headers(), body=BODY[:position])


@pytest.mark.parametrize(
    "name", [signing.CLIENT, signing.TIMESTAMP, signing.NONCE, signing.SIGNATURE]
)
def test_every_character_of_every_header_counts(name: str) -> None:
    value = headers()[name]
    for position in range(len(value)):
        other = "1" if value[position] != "1" else "2"
        changed = value[:position] + other + value[position + 1 :]
        assert not believed({**headers(), name: changed})
    assert not believed({**headers(), name: ""})
    assert not believed({k: v for k, v in headers().items() if k != name})


def test_parts_cannot_be_moved_against_each_other() -> None:
    given = headers()
    moved = {**given, signing.NONCE: given[signing.NONCE] + "\n"}
    assert not believed(moved)
    assert not believed({**given, signing.TIMESTAMP: " 1795140000"})
    assert not believed({**given, signing.TIMESTAMP: "１７９５１４００００"})


@pytest.mark.parametrize(
    ("seconds", "fresh"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_five_minutes_either_way(seconds: int, fresh: bool) -> None:
    assert believed(headers(), at=AT + timedelta(seconds=seconds)) is fresh


def test_another_secret_or_client_is_not_believed() -> None:
    assert not believed(headers(), secret=b"another-secret-another-secret-00")
    assert not believed(headers(), client="xishuangbanna")


def test_a_replay_within_the_five_minutes_is_believed_again() -> None:
    # On purpose: a notice carries its own id, which the inbox keeps unique, and a reply names the
    # nonce of the request it answers.
    assert believed(headers())
    assert believed(headers(), at=AT + timedelta(seconds=60))


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        signing.secret_bytes("x" * 31)
    assert signing.secret_bytes("x" * 32) == b"x" * 32
