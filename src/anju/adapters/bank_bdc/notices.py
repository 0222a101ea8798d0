"""SBDC100: what the settlement system tells of our accounts, from its frame to the port's notice.

The node pushes a sealed frame with one or more records. The listener proves the frame, takes it
apart and attests each record anew with a key derived from the same secret: from there on a record
travels as headers and body, as any bank's notice does, and whoever works it can prove it again.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from anju.adapters import messages, signing
from anju.adapters.bank_bdc import documents, sealing, texts
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.node import Node
from anju.ports.bank import ArrivalNotice, BankNotice, NoticeForged, Outcome

CODE: Final = "SBDC100"
TAKEN, NOT_NOW = "00000", "BDC9999"
_ORDER: Final = re.compile(r"[A-Z]{2,8}[0-9]{6,30}")
"""How a remark looks that is the number of an order, ours or one that the bank made up: money
that comes in under any other was paid in by somebody."""
_FETCHED: Final = {"BDC102", "BDC104", "BDC106"}
"""Transactions of ours that fetch money: it arrives under the number of the collection."""
_FIELDS = (
    *("AcctNo", "HostSeqNo", "TxCode", "OpAcctNo", "OpAcctName", "OpBankNo", "Amt", "Date", "Time"),
    *("AvailAmt", "OpenBankNo", "Remark", "CurrNo", "CurrIden", "Balance", "OverdraftLimit"),
    *("VoucherType", "VoucherNo", "Summary", "Redo", "SeqNo", "BookNo"),
)
_CLOCK_DAY: Final = "TxDate"
"""Where a node gives it: the day of the clock, which after the cut-off is not yet `Date`'s."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One record as the inbox takes it: the proof, and the same bytes at every delivery."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A proved frame: its records, its head and the nonce its receipt must answer."""

    letters: tuple[Letter, ...]
    head: Mapping[str, str]
    nonce: str


def open_delivery(node: Node, envelope: bytes, *, at: datetime) -> Delivery:
    """Prove a frame that came to the listener and take it apart. Raises NoticeForged."""
    key = sealing.standing_key(node.secret, node=node.node, purpose="notice")
    try:
        opened = sealing.open_envelope(envelope, kind=sealing.NOTICE, key=key, at=at)
        document = documents.read(opened.body)
        if document.head.get("TxCode") != CODE or document.head.get("ReceiveNode") != node.node:
            raise Malformed("not an account notice for this node")
        if not document.records:
            raise Malformed("a notice of nothing")
        letters = tuple(_letter(node, record, at) for record in document.records)
    except (sealing.Untrusted, Malformed) as problem:
        raise NoticeForged(str(problem)) from problem
    return Delivery(letters, document.head, opened.nonce)


def receipt(node: Node, delivery: Delivery, *, taken: bool, at: datetime, nonce: str) -> bytes:
    """The sealed answer to a delivery: taken and safe with us, or to be sent again later."""
    head = {
        **delivery.head,
        "TxStatus": "0" if taken else "1",
        "RtnCode": TAKEN if taken else NOT_NOW,
        "RtnMessage": "",
    }
    key = sealing.standing_key(node.secret, node=node.node, purpose="notice")
    return sealing.seal(
        documents.write(Document(head=head)),
        kind=sealing.RECEIPT,
        key=key,
        at=at,
        nonce=nonce,
        answers=delivery.nonce,
    )


def read(
    node: Node, headers: Mapping[str, str], *, body: bytes, at: datetime
) -> BankNotice | ArrivalNotice:
    """The notice in a letter of ours. Raises NoticeForged when we did not attest it."""
    try:
        signing.verify(headers, body=body, client=node.node, secret=_attesting(node), at=at)
        message = messages.read(body)
        return _notice({name: messages.text(message, name) for name in _names(message)})
    except (signing.Untrusted, messages.Malformed, Malformed) as problem:
        raise NoticeForged(str(problem)) from problem


def _attesting(node: Node) -> bytes:
    return sealing.standing_key(node.secret, node=node.node, purpose="attest").secret


def _letter(node: Node, record: Mapping[str, str], at: datetime) -> Letter:
    # Every delivery of a record must give the same bytes: the inbox compares them.
    body = messages.write({name: texts.text(record, name) for name in _names(record)})
    _notice(record)
    nonce = hashlib.sha256(body).hexdigest()[:32]
    headers = signing.signed_headers(
        node.node, secret=_attesting(node), at=at, nonce=nonce, body=body
    )
    return Letter(headers, body)


def _names(given: Mapping[str, object]) -> tuple[str, ...]:
    return (*_FIELDS, _CLOCK_DAY) if _CLOCK_DAY in given else _FIELDS


def _notice(record: Mapping[str, str]) -> BankNotice | ArrivalNotice:
    account, serial = texts.text(record, "AcctNo"), texts.text(record, "HostSeqNo", longest=40)
    moved, redo = texts.fen(record, "Amt"), texts.one_of(record, "Redo", {"0": "0", "1": "1"})
    booked = texts.day(record, "Date")
    if not serial or not moved:
        raise Malformed("a movement has a serial and an amount")
    notice_id = f"{account}/{serial}/{booked:%Y%m%d}/{texts.amount(moved)}/{redo}"
    remark = texts.text(record, "Remark")
    occurred_at = texts.instant(record, _CLOCK_DAY if _CLOCK_DAY in record else "Date", "Time")
    arrived = moved > 0 and redo == "0"
    taken_back = moved < 0 and redo == "1"
    fetched = texts.text(record, "TxCode") in _FETCHED
    if (arrived or taken_back) and (fetched or not _ORDER.fullmatch(remark)):
        return ArrivalNotice(
            notice_id=notice_id,
            account=account,
            amount_fen=moved,
            bank_serial=serial,
            payer_name=texts.text(record, "OpAcctName"),
            payer_account=texts.text(record, "OpAcctNo", longest=64),
            remark=remark,
            reversal=taken_back,
            booked_on=booked,
            occurred_at=occurred_at,
        )
    back = moved > 0 or redo == "1"
    return BankNotice(
        notice_id=notice_id,
        order_no=remark[:40],
        outcome=Outcome.RETURNED if back else Outcome.PAID,
        amount_fen=abs(moved),
        bank_serial=serial,
        account=account,
        reason_code="",
        reason=texts.text(record, "Summary") if back else "",
        occurred_at=occurred_at,
    )
