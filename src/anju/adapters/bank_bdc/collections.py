"""BDC102 and BDC104 as the port `ports.bank_collections` promises collections."""

from collections.abc import Mapping
from typing import Final

from anju.adapters.bank_bdc import records, texts
from anju.adapters.bank_bdc.batches import BdcBatches
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.replies import add_up, believed, known
from anju.adapters.bank_bdc.settling import QUERY, settle_type
from anju.ports.bank_batches import BatchReply
from anju.ports.bank_collections import (
    Collected,
    CollectedFor,
    Collection,
    CollectionBatch,
    CollectionReply,
    PayerClass,
)

COLLECT, COLLECT_BATCH = "BDC102", "BDC104"
COMPANY: Final = "2"
_CLASSES = {PayerClass.PERSON: "1", PayerClass.COMPANY: COMPANY}
# 资金业务类型: contributions, or money for a loan.
_PURPOSES = {CollectedFor.CONTRIBUTION: "01", CollectedFor.REPAYMENT: "05"}
_STATES = {"0": Collected.COLLECTED, "1": Collected.REFUSED, "2": Collected.ACCEPTED}
_RESULT = (
    *("No", "TxSeqNo", "TranRstCode", "Amt", "TranAmt", "HostSeqNo", "RstCode", "RstMsg"),
    *("HostDate", "HostTime"),
)


class BdcCollections(BdcBatches):
    """Implements `ports.bank_collections.BankCollections` at one node of the settlement system."""

    def collect(self, request: Collection) -> CollectionReply:
        """See the port. One attempt; repeating it is the caller's, with the same request."""
        number = request.order_no
        with believed(number):
            answer = self._line.ask(COLLECT, number=number, body=self._collection(request))
            return _about(answer, request, state="HostStatus")

    def query_collection(self, request: Collection) -> CollectionReply:
        """See the port."""
        with believed():
            answer = known(self._line, QUERY, {"TxSeqNo": request.order_no})
            if answer is None:
                return self._not_known(request.order_no)
            return _about(answer, request, state="TranRstCode")

    def collect_batch(self, batch: CollectionBatch) -> BatchReply:
        """See the port."""
        first = batch.orders[0]
        body = {
            "FileType": "3",
            "BusType": _PURPOSES[first.purpose],
            "BatchTotalNum": str(len(batch.orders)),
            "BatchTotalAmt": texts.amount(batch.total_fen),
            "CrAcctNo": first.payee_account,
            "CrAcctClass": COMPANY,
        }
        with believed(batch.batch_no):
            lines = [_line(place, order) for place, order in enumerate(batch.orders, 1)]
            return self._send_batch(COLLECT_BATCH, body, lines=lines, number=batch.batch_no)

    def collection_lines(self, batch: CollectionBatch) -> tuple[CollectionReply, ...]:
        """See the port."""
        with believed():
            answer = self._result(batch.batch_no)
            told = by_place(answer, count=len(batch.orders))
            replies = tuple(
                read_reply(line, order.order_no, state="TranRstCode").about(
                    line["TxSeqNo"], asked_fen=order.amount_fen
                )
                for line, order in zip(told, batch.orders, strict=True)
            )
            add_up((reply.amount_fen for reply in replies), answer)
            return replies

    def _not_known(self, order_no: str) -> CollectionReply:
        return CollectionReply(
            order_no=order_no,
            outcome=Collected.NOT_FOUND,
            asked_fen=0,
            amount_fen=0,
            bank_serial="",
            reason_code="",
            reason="",
            occurred_at=self._line.now(),
        )

    def _collection(self, request: Collection) -> dict[str, str]:
        own = request.payer_bank_code == self._line.node.bank
        return {
            "SettleType": settle_type(request.amount_fen, own_bank=own),
            "BusType": _PURPOSES[request.purpose],
            "CurrNo": "156",
            "CurrIden": "1",
            "ConAgrNo": request.agreement_no,
            "DeAcctNo": request.payer_account,
            "DeAcctName": request.payer_name,
            "DeAcctClass": _CLASSES[request.payer_class],
            "DeBankClass": "0" if own else "1",
            "DeChgNo": request.payer_bank_code,
            "CrAcctNo": request.payee_account,
            "CrAcctClass": COMPANY,
            "Amt": texts.amount(request.amount_fen),
            "Summary": request.summary,
            "Remark": request.order_no,
        }


def read_reply(body: Mapping[str, str], order_no: str, *, state: str) -> CollectionReply:
    """What the settlement system says of one collection or debit, which we call `order_no`.
    Raises ValueError.
    """
    asked, moved = texts.fen(body, "Amt"), texts.fen(body, "TranAmt")
    if asked < 0 or moved < 0:
        raise Malformed("an amount below zero")
    return CollectionReply(
        order_no=order_no,
        outcome=Collected(texts.one_of(body, state, _STATES)),
        asked_fen=asked,
        amount_fen=moved,
        bank_serial=texts.text(body, "HostSeqNo", longest=64),
        reason_code=texts.text(body, "RstCode", longest=40),
        reason=texts.text(body, "RstMsg"),
        occurred_at=texts.instant(body, "HostDate", "HostTime"),
    )


def by_place(answer: Document, *, count: int) -> list[dict[str, str]]:
    """The lines of a result in the order of their batch: exactly one for each place from 1.
    Raises Malformed.
    """
    told = {line["No"]: line for line in (records.parted(one, _RESULT) for one in answer.records)}
    places = [str(place) for place in range(1, count + 1)]
    if len(answer.records) != count or set(told) != set(places):
        raise Malformed("not exactly the lines of this batch")
    return [told[place] for place in places]


def _about(answer: Document, request: Collection, *, state: str) -> CollectionReply:
    number = texts.text(answer.body, "TxSeqNo")
    reply = read_reply(answer.body, number, state=state)
    return reply.about(request.order_no, asked_fen=request.amount_fen)


def _line(place: int, order: Collection) -> dict[str, str]:
    return records.written(
        (
            str(place),
            texts.amount(order.amount_fen),
            records.part(order.payer_account, most=records.ACCOUNT),
            records.part(order.payer_name, most=records.NAME),
            records.part(order.payer_bank_code, most=records.BANK),
            records.part(order.agreement_no, most=records.NUMBER),
            records.part(order.summary, most=records.SUMMARY),
            records.part(order.order_no, most=records.NUMBER),
        )
    )
