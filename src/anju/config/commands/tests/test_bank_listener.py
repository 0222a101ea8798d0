"""`anju bank-listener`: each record goes into the inbox, once, with its words."""

import threading
from dataclasses import replace

import pytest

from anju import ports
from anju.adapters import bank_bdc
from anju.adapters.bank_bdc import documents, notices, sealing
from anju.config.commands import bank_listener
from anju.config.environment import EnvironmentProblem, Partner
from anju.store import inbox
from anju.store.models import InboxMessage

SETTINGS = {
    "address": "127.0.0.1:9",
    "node": "D00001",
    "unit": "140800",
    "customer": "CMP1",
    "secret": "a-secret-of-the-listener-tests-00001",
}
RECORD = dict.fromkeys(notices._FIELDS, "") | {
    "AcctNo": "14050100000000000001",
    "HostSeqNo": "202611200000000001",
    "Amt": "-10.00",
    "Date": "20261120",
    "Time": "100003",
    "Remark": "ZF202611200001",
    "Redo": "0",
}


def letters(at, **changes):
    """What the listener makes of a frame of the node."""
    key = sealing.standing_key(SETTINGS["secret"], node="D00001", purpose="notice")
    head = {"TxCode": "SBDC100", "ReceiveNode": "D00001"}
    said = documents.write(documents.Document(head=head, records=(RECORD | changes,)))
    frame = sealing.seal(said, kind="notice", key=key, at=at, nonce="ab" * 12)
    return notices.open_delivery(bank_bdc.node(SETTINGS), frame, at=at).letters


def test_a_record_is_kept_once_and_other_words_are_a_break(committing_db):
    from anju.business.treasury.models import Break

    at = ports.clock().now()
    delivered = [*letters(at), *letters(at), *letters(at, Summary="其他")]

    def deliver() -> None:
        for letter in delivered:
            bank_listener.take(letter.headers, letter.body)

    with ports.offering("bank", bank_bdc.build(SETTINGS)):
        # As in the listener: a thread of its own, whose connection goes back with it.
        thread = threading.Thread(target=deliver)
        thread.start()
        thread.join()
    (message,) = InboxMessage.objects.all()
    assert message.message_id == "14050100000000000001/202611200000000001/20261120/-10.00/0"
    assert inbox.body(message) == delivered[0].body
    assert [(one.kind, one.order_no) for one in Break.objects.all()] == [
        ("contradiction", "ZF202611200001")
    ]


def test_it_needs_a_bank_that_pushes_and_a_place_to_listen(settings):
    known = settings.ENVIRONMENT
    for partner in (Partner("bank_http", {"listen": "127.0.0.1:1"}), Partner("bank_bdc", {})):
        settings.ENVIRONMENT = replace(known, bank=partner)
        with pytest.raises(EnvironmentProblem, match="ANJU_BANK_"):
            bank_listener.run(_Arguments())


class _Arguments:
    bind = None
