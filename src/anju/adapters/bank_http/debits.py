"""Loan debits and their split at the plain HTTP bank, as `ports.bank_debits` promises them."""

from collections.abc import Mapping

from anju.adapters import messages
from anju.adapters.bank_http.collections import HttpCollections
from anju.adapters.bank_http.replies import batch_reply, believed, expect
from anju.ports.bank_batches import BatchReply
from anju.ports.bank_collections import CollectionReply
from anju.ports.bank_debits import LoanDebitBatch, LoanSplit, Split, SplitReply, SplitState


class HttpDebits(HttpCollections):
    """Implements `ports.bank_debits.BankDebits` over one signed HTTP partner."""

    def debit_loans(self, batch: LoanDebitBatch) -> BatchReply:
        """See the port."""
        debits = [
            {
                "amount_fen": debit.amount_fen,
                "payer_name": debit.payer_name,
                "payer_account": debit.payer_account,
                "full_only": debit.full_only,
                "summary": debit.summary,
            }
            for debit in batch.debits
        ]
        message = self._taken(
            "/v1/loan-debits",
            {
                "kind": "loan_debits",
                "batch_no": batch.batch_no,
                "transit_account": batch.transit_account,
                "count": len(debits),
                "total_fen": batch.total_fen,
                "debits": debits,
            },
            number=batch.batch_no,
        )
        with believed():
            return batch_reply(message, batch.batch_no)

    def debit_lines(self, batch: LoanDebitBatch) -> tuple[CollectionReply, ...]:
        """See the port."""
        asked = [
            (batch.number_of(place), debit.amount_fen)
            for place, debit in enumerate(batch.debits, 1)
        ]
        return self._fetched_lines(batch.batch_no, asked)

    def split_debits(self, split: LoanSplit) -> SplitReply:
        """See the port."""
        message = self._taken("/v1/loan-splits", _split(split), number=split.split_no)
        with believed():
            return _reply(message).about(split)

    def split_state(self, split: LoanSplit) -> SplitReply:
        """See the port."""
        asked = {"kind": "loan_split_query", "split_no": split.split_no}
        message = self._taken("/v1/loan-splits/query", asked)
        with believed():
            return _reply(message).about(split)


def _split(split: LoanSplit) -> dict[str, object]:
    return {
        "kind": "loan_split",
        "split_no": split.split_no,
        "debit_batch_no": split.debit_batch_no,
        "principal_account": split.accounts.principal,
        "interest_account": split.accounts.interest,
        "penalty_account": split.accounts.penalty,
        "fine_account": split.accounts.fine,
        "count": len(split.lines),
        "totals": split.totals.parts,
        "lines": [
            {
                "loan_account": line.loan_account,
                "debit_serial": line.debit_serial,
                "id_number": line.id_number,
                "contract_no": line.contract_no,
                "name": line.name,
                "collected": line.collected.parts,
                "offset": line.offset.parts,
            }
            for line in split.lines
        ],
    }


def _reply(message: Mapping[str, object]) -> SplitReply:
    expect(message, "split_reply")
    booked, serials = _four(message, "booked"), _four(message, "serials")
    return SplitReply(
        split_no=messages.text(message, "split_no"),
        state=SplitState(messages.text(message, "state")),
        count=messages.fen(message, "count"),
        booked=Split(
            principal_fen=messages.fen(booked, "principal"),
            interest_fen=messages.fen(booked, "interest"),
            penalty_fen=messages.fen(booked, "penalty"),
            fine_fen=messages.fen(booked, "fine"),
        ),
        serials=(
            messages.text(serials, "principal"),
            messages.text(serials, "interest"),
            messages.text(serials, "penalty"),
            messages.text(serials, "fine"),
        ),
        reason_code=messages.text(message, "reason_code"),
        reason=messages.text(message, "reason"),
    )


def _four(message: Mapping[str, object], name: str) -> Mapping[str, object]:
    four = message.get(name)
    if not isinstance(four, list) or len(four) != 4:
        raise messages.Malformed(f"{name} has four parts")
    return dict(zip(("principal", "interest", "penalty", "fine"), four, strict=True))
