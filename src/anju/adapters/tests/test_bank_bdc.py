"""What the settlement adapter refuses: bytes that are no frame, no envelope, no message."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from anju.adapters.bank_bdc import documents, framing, node, notices, sealing, settling, texts
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.listener import AT_ONCE_MAX, listening
from anju.adapters.bank_bdc.session import read_session
from anju.ports.bank import ArrivalNotice, NoticeForged

AT = datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=8)))
SETTINGS = {
    "address": "127.0.0.1:9",
    "node": "D00001",
    "unit": "140800",
    "customer": "CMP1",
    "bank": "105",
    "secret": "a-secret-of-the-adapter-tests-000001",
}
KEY = sealing.standing_key(SETTINGS["secret"], node="D00001", purpose="notice")
NONCE = "ab" * 12


def said(head: str = "", body: str = "", before: str = "") -> bytes:
    return f"{before}<message><head>{head}</head><body>{body}</body></message>".encode()


ONE = '<field name="A">1</field>'
RECORDS = '<field-list name="Records"><field-list name="1">{}</field-list></field-list>'


def test_what_is_written_is_read_again() -> None:
    document = Document(
        head={"TxCode": "BDC101"},
        body={"Amt": "1.00", "CrAcctName": "演示·<李>\u3000& 'co'"},
        records=({"A": "1"}, {"A": '"2"'}),
    )
    assert documents.read(documents.write(document)) == document


def test_a_character_that_no_line_carries_is_never_sent() -> None:
    for text in ("a\x00b", "line\nbreak", "\ud800"):
        with pytest.raises(Malformed):
            documents.write(Document(head={"A": text}))


LAUGHS = (
    '<!DOCTYPE message [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]>'
)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(said('<field name="A">&d;</field>', before=LAUGHS), id="entity bomb"),
        pytest.param(
            said(ONE, before='<!DOCTYPE m SYSTEM "file:///etc/passwd">'), id="outside document"
        ),
        pytest.param(said('<field name="A">&e;</field>'), id="unknown entity"),
        pytest.param(said(ONE, before="<?php 1?>"), id="instruction"),
        pytest.param(said(ONE + ONE), id="a name twice"),
        pytest.param(said('<field name="A" b="">1</field>'), id="another attribute"),
        pytest.param(said("<field>1</field>"), id="no name"),
        pytest.param(said("<x/>"), id="another element"),
        pytest.param(said(f"<field name='A'>{ONE}</field>"), id="too deep"),
        pytest.param(said("loose text"), id="text outside"),
        pytest.param(said(f'<field name="A">{"x" * 501}</field>'), id="too long"),
        pytest.param(said(body=RECORDS.format(ONE + ONE)), id="a name twice in a record"),
        pytest.param(said()[:-3], id="cut"),
        pytest.param(b"<message><head></head></message>", id="no body"),
        pytest.param(b"<message><body></body><body></body></message>", id="two bodies"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(said("<field name='A'>\x01</field>"), id="control character"),
        pytest.param(
            said(body=RECORDS.format('</field-list><field-list name="1">' * 5001)),
            id="too many records",
        ),
    ],
)
def test_nothing_but_the_agreed_shape_is_read(raw: bytes) -> None:
    with pytest.raises(Malformed):
        documents.read(raw)


def test_an_envelope_opens_only_as_what_it_is() -> None:
    text = b"<x/>"
    sealed = sealing.seal(text, kind="reply", key=KEY, at=AT, nonce=NONCE, answers="cd" * 12)

    def opened(
        raw: bytes = sealed,
        kind: str = "reply",
        key: sealing.Key = KEY,
        at: datetime = AT,
        answers: str = "cd" * 12,
    ) -> sealing.Opened:
        return sealing.open_envelope(raw, kind=kind, key=key, at=at, answers=answers)

    assert opened() == sealing.Opened(text, NONCE)
    other = sealing.Key("D00001", bytes(32))
    for wrong in (
        lambda: opened(sealed[:-1]),
        lambda: opened(sealed[:-1] + b"x"),
        lambda: opened(sealed.replace(b"reply", b"notice", 1)),
        lambda: opened(sealed.replace(b"reply", b"notice", 1), kind="notice"),
        lambda: opened(sealed.replace(b"D00001", b"D00002", 1)),
        lambda: opened(key=sealing.Key("D00002", KEY.secret)),
        lambda: opened(key=other),
        lambda: opened(answers=""),
        lambda: opened(at=AT + timedelta(seconds=301)),
        lambda: opened(at=AT - timedelta(seconds=301)),
        lambda: opened(b""),
        lambda: opened(b"BDC1 reply\n"),
    ):
        with pytest.raises(sealing.Untrusted):
            wrong()


@pytest.mark.parametrize(
    "raw", [b"", b"0000", b"00000010half", b"99999999x", b"00000000", b"-0000001x", b"0x000001x"]
)
def test_a_frame_is_whole_or_nothing(raw: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(framing.BrokenFrame):
            framing.read_frame(ours, limit=100, deadline=time.monotonic() + 2)


def test_a_frame_that_trickles_has_one_deadline() -> None:
    ours, theirs = socket.socketpair()
    done = threading.Event()

    def trickle() -> None:
        theirs.sendall(b"00000099")
        while not done.wait(0.02):
            theirs.sendall(b"x")

    with ours, theirs:
        thread = threading.Thread(target=trickle)
        thread.start()
        with pytest.raises((framing.BrokenFrame, TimeoutError)):
            framing.read_frame(ours, limit=100, deadline=time.monotonic() + 0.2)
        done.set()
        thread.join()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret", "short"),
        ("address", "nowhere"),
        ("node", "D 1"),
        ("node", ""),
        ("read_seconds", "0"),
        ("colour", "red"),
    ],
)
def test_a_setting_that_cannot_work_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        node(SETTINGS | {name: value})


def test_amounts_and_days_are_read_without_guessing() -> None:
    assert texts.fen({"Amt": "-20222.95"}, "Amt") == -2_022_295
    assert texts.amount(2_022_295) == "20222.95"
    for wrong in ("1", "1.5", "1,000.00", "１.00", "1e3", " 1.00", "", "+1.00"):
        with pytest.raises(Malformed):
            texts.fen({"Amt": wrong}, "Amt")
    for wrong in ("2026112", "20261131", "2026-1-1", " 2026111"):
        with pytest.raises(Malformed):
            texts.day({"Date": wrong}, "Date")


def test_a_session_must_be_as_agreed() -> None:
    good = {"SessionNo": "D00001-1", "SessionKey": "A" * 43 + "=", "ValidSeconds": "60"}
    assert read_session(Document(head={}, body=good), at=AT).until == AT + timedelta(seconds=60)
    for wrong in (
        {"SessionKey": "AAAA"},
        {"SessionKey": "!"},
        {"ValidSeconds": "0"},
        {"ValidSeconds": "x"},
        {"SessionNo": "a b"},
    ):
        with pytest.raises(Malformed):
            read_session(Document(head={}, body=good | wrong), at=AT)


def test_how_money_travels_follows_from_bank_and_amount() -> None:
    million = 100_000_000
    assert settling.settle_type(million, own_bank=False) == "2"
    assert settling.settle_type(million + 1, own_bank=False) == "3"
    assert settling.settle_type(million + 1, own_bank=True) == "1"


RECORD = dict.fromkeys(notices._FIELDS, "") | {
    "AcctNo": "1405",
    "HostSeqNo": "202611200000000001",
    "Amt": "-10.00",
    "Date": "20261120",
    "Time": "100003",
    "Remark": "YC202611200001",
    "Redo": "0",
}
HEAD = {"TxCode": "SBDC100", "ReceiveNode": "D00001"}


def envelope(head: dict = HEAD, records: tuple = (RECORD,), **changes: str) -> bytes:
    changed = tuple(record | changes for record in records)
    raw = documents.write(Document(head=head, records=changed))
    return sealing.seal(raw, kind="notice", key=KEY, at=AT, nonce=NONCE)


@pytest.mark.parametrize(
    "raw",
    [
        envelope(head=HEAD | {"ReceiveNode": "D00002"}),
        envelope(head=HEAD | {"TxCode": "BDC101"}),
        envelope(records=()),
        envelope(Amt="0.00"),
        envelope(Amt="10"),
        envelope(HostSeqNo=""),
        envelope(Redo="2"),
        envelope(Date="20261301"),
        envelope(TxDate="2026112"),
        envelope(Remark="x" * 201),
        envelope(records=(RECORD, {"AcctNo": "1"})),
        b"BDC1",
    ],
)
def test_a_notice_that_is_not_as_agreed_is_forged(raw: bytes) -> None:
    with pytest.raises(NoticeForged):
        notices.open_delivery(node(SETTINGS), raw, at=AT)


def test_a_notice_is_known_by_its_movement_and_keeps_its_bytes() -> None:
    own = node(SETTINGS)
    first = notices.open_delivery(own, envelope(), at=AT).letters[0]
    again = notices.open_delivery(own, envelope(), at=AT + timedelta(seconds=9)).letters[0]
    back = notices.open_delivery(own, envelope(Amt="10.00"), at=AT).letters[0]
    assert first.body == again.body
    ids = {notices.read(own, one.headers, body=one.body, at=AT).notice_id for one in (first, again)}
    assert ids == {"1405/202611200000000001/20261120/-10.00/0"}
    assert json.loads(back.body)["Amt"] == "10.00"
    assert notices.read(own, back.headers, body=back.body, at=AT).outcome == "returned"


def test_after_the_cut_off_the_books_are_a_day_ahead_of_the_clock() -> None:
    own = node(SETTINGS)
    late = {"Amt": "10.00", "Remark": "汇缴", "Date": "20261121", "Time": "233000"}
    for changes, day in ((late | {"TxDate": "20261120"}, 20), (late, 21)):
        (letter,) = notices.open_delivery(own, envelope(**changes), at=AT).letters
        told = notices.read(own, letter.headers, body=letter.body, at=AT)
        assert (told.booked_on.day, told.occurred_at.day) == (21, day)


@pytest.mark.parametrize(
    ("changes", "is_arrival"),
    [
        ({"Amt": "10.00", "Remark": "2026年11月汇缴"}, True),
        ({"Amt": "-10.00", "Redo": "1", "Remark": ""}, True),
        ({"Amt": "10.00"}, False),
        ({"Amt": "10.00", "TxCode": "BDC102"}, True),
        ({"Amt": "10.00", "TxCode": "BDC106", "Remark": "FJ202611200001"}, True),
        ({"Amt": "-10.00", "Redo": "1", "TxCode": "BDC104"}, True),
        ({"Amt": "10.00", "TxCode": "BDC101"}, False),
        ({"Amt": "10.00", "Redo": "1", "Remark": ""}, False),
        ({"Amt": "-10.00", "Remark": "账户管理费"}, False),
    ],
)
def test_money_that_comes_in_under_no_order_has_arrived(changes: dict, is_arrival: bool) -> None:
    own = node(SETTINGS)
    (letter,) = notices.open_delivery(own, envelope(**changes), at=AT).letters
    told = notices.read(own, letter.headers, body=letter.body, at=AT)
    assert isinstance(told, ArrivalNotice) is is_arrival


def test_the_listener_says_nothing_to_strangers_and_hears_few_at_once(tmp_path: Path) -> None:
    taken: list[bytes] = []
    own = node(SETTINGS)
    with listening(
        own, bind=("127.0.0.1", 0), take=lambda _, body: taken.append(body), clock=lambda: AT
    ) as where:
        silent = [socket.create_connection(where, timeout=5) for _ in range(AT_ONCE_MAX)]
        # One more is turned away at once, as soon as all of these are being heard.
        assert any(_answer(where, b"", seconds=0.5) == b"" for _ in range(20))
        for one in silent:
            one.close()
        # And heard again once they have gone.
        assert any(_answer(where, envelope()) for _ in range(20))
        assert _answer(where, b"junk junk junk") == b""
    assert len(taken) == 1


def _answer(where: tuple[str, int], payload: bytes, seconds: float = 5) -> bytes | None:
    """The first byte of the answer to a frame; none at a closed line, None at a silent one."""
    with socket.create_connection(where, timeout=seconds) as line:
        try:
            if payload:
                framing.write_frame(line, payload, deadline=time.monotonic() + seconds)
            line.settimeout(seconds)
            return line.recv(1)
        except ConnectionError:
            return b""
        except TimeoutError:
            return None
