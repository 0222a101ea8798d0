"""BDC105 and BDC106 as the port `ports.bank_debits` promises loan debits and their split."""

from typing import Final

from anju.adapters.bank_bdc import records, texts
from anju.adapters.bank_bdc.batches import STATE
from anju.adapters.bank_bdc.collections import BdcCollections, by_place, read_reply
from anju.adapters.bank_bdc.documents import Document, Malformed
from anju.adapters.bank_bdc.replies import add_up, believed, known
from anju.ports.bank_batches import BatchReply
from anju.ports.bank_collections import CollectionReply
from anju.ports.bank_debits import (
    NOTHING,
    LoanDebit,
    LoanDebitBatch,
    LoanSplit,
    Split,
    SplitLine,
    SplitReply,
    SplitState,
)

DEBIT, SPLIT = "BDC105", "BDC106"
WITHIN_THE_BANK: Final = "1"
_LOAN_DEBIT, _LOAN_SPLIT = "05", "06"
_PARTS = ("Pri", "Int", "Pun", "Fine")
_STATES = {"0": SplitState.DONE, "1": SplitState.REFUSED, "2": SplitState.ACCEPTED}
_ID_BYTES: Final = 20


class BdcDebits(BdcCollections):
    """Implements `ports.bank_debits.BankDebits` at one node of the settlement system."""

    def debit_loans(self, batch: LoanDebitBatch) -> BatchReply:
        """See the port."""
        body = {
            "FileType": WITHIN_THE_BANK,
            "BusType": _LOAN_DEBIT,
            "BatchTotalNum": str(len(batch.debits)),
            "BatchTotalAmt": texts.amount(batch.total_fen),
            "CrAcctNo": batch.transit_account,
        }
        with believed(batch.batch_no):
            lines = [debit_line(place, debit) for place, debit in enumerate(batch.debits, 1)]
            return self._send_batch(DEBIT, body, lines=lines, number=batch.batch_no)

    def debit_lines(self, batch: LoanDebitBatch) -> tuple[CollectionReply, ...]:
        """See the port."""
        with believed():
            answer = self._result(batch.batch_no)
            told = by_place(answer, count=len(batch.debits))
            replies = tuple(
                read_reply(line, batch.number_of(place), state="TranRstCode").about(
                    batch.number_of(place), asked_fen=debit.amount_fen
                )
                for place, (line, debit) in enumerate(zip(told, batch.debits, strict=True), 1)
            )
            add_up((reply.amount_fen for reply in replies), answer)
            return replies

    def split_debits(self, split: LoanSplit) -> SplitReply:
        """See the port."""
        number = split.split_no
        with believed(number):
            lines = [split_line(place, line) for place, line in enumerate(split.lines, 1)]
            answer = self._line.ask(SPLIT, number=number, body=_head(split), records=lines)
            return read_split(answer).about(split)

    def split_state(self, split: LoanSplit) -> SplitReply:
        """See the port."""
        with believed():
            answer = known(self._line, STATE, {"BatchNo": split.split_no})
            return _unknown(split.split_no) if answer is None else read_split(answer).about(split)


def debit_line(place: int, debit: LoanDebit) -> dict[str, str]:
    """序号, 金额, 付方账号, 付方户名, 足额标志, 摘要. Raises Malformed."""
    return records.written(
        (
            str(place),
            texts.amount(debit.amount_fen),
            records.part(debit.payer_account, most=records.ACCOUNT),
            records.part(debit.payer_name, most=records.NAME),
            "1" if debit.full_only else "0",
            records.part(debit.summary, most=records.SUMMARY),
        )
    )


def split_line(place: int, line: SplitLine) -> dict[str, str]:
    """序号, 业务明细账号, 流水号, 身份证号, 合同编号, 姓名; then 还款金额, 本金, 利息, 罚息, 违约金
    of what was debited, and the same five of what was not (非扣款). Raises Malformed.
    """
    return records.written(
        (
            str(place),
            records.part(line.loan_account, most=records.ACCOUNT),
            records.part(line.debit_serial, most=records.NUMBER),
            records.part(line.id_number, most=_ID_BYTES),
            records.part(line.contract_no, most=records.NUMBER),
            records.part(line.name, most=records.NAME),
            *_five(line.collected),
            *_five(line.offset),
        )
    )


def read_split(answer: Document) -> SplitReply:
    """What the settlement system says of a split. Raises ValueError."""
    body = answer.body
    principal, interest, penalty, fine = (texts.fen(body, f"{name}Amt") for name in _PARTS)
    booked = Split(
        principal_fen=principal, interest_fen=interest, penalty_fen=penalty, fine_fen=fine
    )
    if booked.total_fen != texts.fen(body, "BatchTotalAmt"):
        raise Malformed("the parts do not add up")
    first, second, third, fourth = (
        texts.text(body, f"{name}HostSeqNo", longest=64) for name in _PARTS
    )
    return SplitReply(
        split_no=texts.text(body, "BatchNo"),
        state=SplitState(texts.one_of(body, "BatchState", _STATES)),
        count=texts.count(body, "BatchTotalNum"),
        booked=booked,
        serials=(first, second, third, fourth),
        reason_code=texts.text(body, "RstCode", longest=40),
        reason=texts.text(body, "RstMsg"),
    )


def _head(split: LoanSplit) -> dict[str, str]:
    accounts, totals = split.accounts, split.totals
    numbers = (accounts.principal, accounts.interest, accounts.penalty, accounts.fine)
    head = {
        "FileType": WITHIN_THE_BANK,
        "BusType": _LOAN_SPLIT,
        "RefBatchNo": split.debit_batch_no,
        "BatchTotalNum": str(len(split.lines)),
        "BatchTotalAmt": texts.amount(totals.total_fen),
    }
    for name, number, fen in zip(_PARTS, numbers, totals.parts, strict=True):
        head |= {f"{name}AcctNo": number, f"{name}Amt": texts.amount(fen)}
    return head


def _five(split: Split) -> tuple[str, ...]:
    return tuple(texts.amount(fen) for fen in (split.total_fen, *split.parts))


def _unknown(split_no: str) -> SplitReply:
    return SplitReply(
        split_no=split_no,
        state=SplitState.NOT_FOUND,
        count=0,
        booked=NOTHING,
        serials=("", "", "", ""),
        reason_code="",
        reason="",
    )
