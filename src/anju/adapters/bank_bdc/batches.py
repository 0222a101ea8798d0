"""BDC103, BDC107 and BDC108 as the port `ports.bank_batches` promises batches of payments."""

from collections.abc import Mapping, Sequence
from typing import Final

from anju.adapters.bank_bdc import records, texts
from anju.adapters.bank_bdc.accounts import BdcAccounts
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.line import NoTrustedAnswer
from anju.adapters.bank_bdc.node import Refused
from anju.adapters.bank_bdc.replies import NOT_FOUND, NUMBER_REUSED, read_reply
from anju.ports.bank import BankUnreachable, OrderNumberReused, PaymentReply, PaymentRequest
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
        try:
            lines = [_line(number, order) for number, order in enumerate(batch.orders, 1)]
        except Malformed as problem:
            raise BankUnreachable(str(problem)) from problem
        return self._send_batch(PAY, body, lines=lines, number=batch.batch_no)

    def batch_state(self, batch_no: str) -> BatchReply:
        """See the port."""
        try:
            return _reply(self._ask_of_batch(STATE, {"BatchNo": batch_no}), batch_no)
        except Refused as refusal:
            if refusal.code != NOT_FOUND:
                raise BankUnreachable(str(refusal)) from refusal
            state = BatchState.NOT_FOUND
            return BatchReply(batch_no=batch_no, state=state, count=0, total_fen=0)
        except Malformed as problem:
            raise BankUnreachable(str(problem)) from problem

    def batch_lines(self, batch: PaymentBatch) -> tuple[PaymentReply, ...]:
        """See the port."""
        try:
            answer = self._ask_of_batch(LINES, {"BatchNo": batch.batch_no})
            return _results(answer, batch)
        except (Refused, Malformed) as problem:
            raise BankUnreachable(str(problem)) from problem

    def _send_batch(
        self, code: str, body: Mapping[str, str], *, lines: Sequence[Mapping[str, str]], number: str
    ) -> BatchReply:
        """Send a batch and read how it stands. Raises BankUnreachable and OrderNumberReused."""
        try:
            answer = self._ask_of_batch(code, body, lines=lines, number=number)
            return _reply(answer, number)
        except Refused as refusal:
            if refusal.code == NUMBER_REUSED:
                raise OrderNumberReused(number) from refusal
            raise BankUnreachable(str(refusal)) from refusal
        except Malformed as problem:
            raise BankUnreachable(str(problem)) from problem

    def _ask_of_batch(
        self,
        code: str,
        body: Mapping[str, str],
        *,
        number: str = "",
        lines: Sequence[Mapping[str, str]] = (),
    ) -> Document:
        try:
            return self._line.ask(code, body=body, number=number, records=lines)
        except NoTrustedAnswer as problem:
            raise BankUnreachable(str(problem)) from problem


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
    count = texts.text(body, "BatchTotalNum", longest=6)
    if not (count.isascii() and count.isdigit()):
        raise Malformed("BatchTotalNum is no number")
    return BatchReply(
        batch_no=batch_no,
        state=BatchState(texts.one_of(body, "BatchState", _STATES)),
        count=int(count),
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
    if sum(reply.amount_fen for reply in replies) != texts.fen(answer.body, "FileTotalAmt"):
        raise Malformed("the lines do not add up")
    return replies
