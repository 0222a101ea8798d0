"""BDC103, BDC107 and BDC108 as the port `ports.bank_batches` promises batches of payments."""

from collections.abc import Mapping, Sequence
from typing import Final

from anju.adapters.bank_bdc import records, texts
from anju.adapters.bank_bdc.accounts import BdcAccounts
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.replies import add_up, believed, known, read_reply
from anju.ports.bank import PaymentReply, PaymentRequest
from anju.ports.bank_batches import BatchReply, BatchState, PaymentBatch

PAY, STATE, LINES = "BDC103", "BDC107", "BDC108"
MIXED: Final = "3"
_STATES = {"0": BatchState.DONE, "2": BatchState.ACCEPTED}
_RESULT = (
    *("No", "TxSeqNo", "TranRstCode", "Amt", "CapHostSeqNo", "RefundFlag", "RefundSeqNo"),
    *("RstCode", "RstMsg", "HostDate", "HostTime"),
)


class BdcBatches(BdcAccounts):
    """Implements `ports.bank_batches.BankBatches` at one node of the settlement system."""

    def pay_batch(self, batch: PaymentBatch) -> BatchReply:
        """See the port."""
        payer = batch.orders[0].payer_account
        body = {
            "FileType": MIXED,
            "BatchTotalNum": str(len(batch.orders)),
            "BatchTotalAmt": texts.amount(batch.total_fen),
            "DeAcctNo": payer,
            "DeIntAcctNo": payer,
        }
        with believed(batch.batch_no):
            lines = [_line(number, order) for number, order in enumerate(batch.orders, 1)]
            return self._send_batch(PAY, body, lines=lines, number=batch.batch_no)

    def batch_state(self, batch_no: str) -> BatchReply:
        """See the port."""
        with believed():
            answer = known(self._line, STATE, {"BatchNo": batch_no})
            if answer is None:
                state = BatchState.NOT_FOUND
                return BatchReply(batch_no=batch_no, state=state, count=0, total_fen=0)
            return _reply(answer, batch_no)

    def batch_lines(self, batch: PaymentBatch) -> tuple[PaymentReply, ...]:
        """See the port."""
        with believed():
            return _results(self._result(batch.batch_no), batch)

    def _send_batch(
        self, code: str, body: Mapping[str, str], *, lines: Sequence[Mapping[str, str]], number: str
    ) -> BatchReply:
        """Send a batch and read how it stands. Raises Malformed, and as `NodeLine.ask`."""
        return _reply(self._line.ask(code, body=body, number=number, records=lines), number)

    def _result(self, batch_no: str) -> Document:
        """The lines that a batch has come to. Raises as `NodeLine.ask`."""
        return self._line.ask(LINES, body={"BatchNo": batch_no})


def _line(number: int, order: PaymentRequest) -> dict[str, str]:
    return records.written(
        (
            str(number),
            texts.amount(order.amount_fen),
            records.part(order.payee_account, most=records.ACCOUNT),
            records.part(order.payee_name, most=records.NAME),
            records.part(order.payee_bank_code, most=records.BANK),
            records.part(order.summary, most=records.SUMMARY),
            "",
            records.part(order.order_no, most=records.NUMBER),
            "",
            texts.amount(order.principal_fen),
            texts.amount(order.interest_fen),
        )
    )


def _reply(answer: Document, batch_no: str) -> BatchReply:
    body = answer.body
    if texts.text(body, "BatchNo") != batch_no:
        raise Malformed("an answer about another batch")
    return BatchReply(
        batch_no=batch_no,
        state=BatchState(texts.one_of(body, "BatchState", _STATES)),
        count=texts.count(body, "BatchTotalNum"),
        total_fen=texts.fen(body, "BatchTotalAmt"),
    )


def _results(answer: Document, batch: PaymentBatch) -> tuple[PaymentReply, ...]:
    told: dict[str, Mapping[str, str]] = {}
    for record in answer.records:
        line = records.parted(record, _RESULT)
        told[line["TxSeqNo"]] = line
    numbers = [order.order_no for order in batch.orders]
    if len(answer.records) != len(numbers) or set(told) != set(numbers):
        raise Malformed("not exactly the lines of this batch")
    replies = tuple(read_reply(told[no], no, state="TranRstCode") for no in numbers)
    add_up((reply.amount_fen for reply in replies), answer)
    return replies
