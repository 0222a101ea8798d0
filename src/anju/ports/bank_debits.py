"""A month's loan instalments charged in one batch, and the money split by what it pays.

The fields follow the loan debit (BDC105) and the split into principal and interest (BDC106) of the
national bank settlement application. Every amount is a whole number of fen.

What is debited waits on an account of the bank's own (待清分户) until it is split: only then does
it come to the centre's accounts, one arrival for each kind of money.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from anju.ports.bank_batches import BATCH_LINES_MAX, BatchReply
from anju.ports.bank_collections import CollectionReply


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanDebit:
    """One borrower's instalment. The bank knows it by its place in the batch alone."""

    amount_fen: int
    payer_name: str
    payer_account: str
    full_only: bool
    """足额标志: charge the whole amount or nothing. Otherwise what is there is charged."""
    summary: str

    def __post_init__(self) -> None:
        """Raises ValueError for a debit no bank may be sent."""
        if self.amount_fen <= 0:
            raise ValueError("the amount of a loan debit must be positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanDebitBatch:
    """Debits that go to one bank together. Fixed when it is written, and so is their order."""

    batch_no: str
    transit_account: str
    """The bank's own account that holds what was charged until it is split."""
    debits: tuple[LoanDebit, ...]

    def __post_init__(self) -> None:
        """Raises ValueError for a batch no bank may be sent."""
        if not self.batch_no or not 0 < len(self.debits) <= BATCH_LINES_MAX:
            raise ValueError(f"a batch has a number and 1 to {BATCH_LINES_MAX} debits")

    @property
    def total_fen(self) -> int:
        """What all debits amount to."""
        return sum(debit.amount_fen for debit in self.debits)

    def number_of(self, place: int) -> str:
        """What a reply calls the debit at `place`, counted from 1."""
        return f"{self.batch_no}/{place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """An amount by what it pays."""

    principal_fen: int = 0
    interest_fen: int = 0
    penalty_fen: int = 0
    """罚息: interest on what is overdue."""
    fine_fen: int = 0
    """违约金: for breaking the contract, such as an early payoff."""

    def __post_init__(self) -> None:
        """Raises ValueError for a part below zero."""
        if min(self.parts) < 0:
            raise ValueError("no part of a split is below zero")

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """Principal, interest, penalty, fine."""
        return (self.principal_fen, self.interest_fen, self.penalty_fen, self.fine_fen)

    @property
    def total_fen(self) -> int:
        """The amount whole."""
        return sum(self.parts)


NOTHING: Final = Split()


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitLine:
    """One loan's repayment, by what it pays."""

    loan_account: str
    """业务明细账号: the loan's account in the centre's books."""
    debit_serial: str
    """The bank's serial of the debit that this money came by."""
    id_number: str
    contract_no: str
    name: str
    collected: Split
    """What was debited."""
    offset: Split
    """What the borrower's own provident fund account paid beside it (非扣款); the bank moves none
    of it and carries it into its loan books."""

    def __post_init__(self) -> None:
        """Raises ValueError for a line no bank may be sent."""
        if not self.debit_serial or not self.collected.total_fen:
            raise ValueError("a line splits money that was debited under a serial")


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitAccounts:
    """The centre's accounts that each kind of money goes to; they may be one and the same."""

    principal: str
    interest: str
    penalty: str
    fine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanSplit:
    """What one debit batch brought, split line by line. Fixed when it is written."""

    split_no: str
    debit_batch_no: str
    accounts: SplitAccounts
    lines: tuple[SplitLine, ...]

    def __post_init__(self) -> None:
        """Raises ValueError for a split no bank may be sent."""
        if not self.split_no or not 0 < len(self.lines) <= BATCH_LINES_MAX:
            raise ValueError(f"a split has a number and 1 to {BATCH_LINES_MAX} lines")
        if len({line.debit_serial for line in self.lines}) != len(self.lines):
            raise ValueError(f"split {self.split_no}: a debit is split twice")

    @property
    def totals(self) -> Split:
        """The control totals: what all lines together split, by what it pays."""
        lines = [line.collected for line in self.lines]
        return Split(
            principal_fen=sum(one.principal_fen for one in lines),
            interest_fen=sum(one.interest_fen for one in lines),
            penalty_fen=sum(one.penalty_fen for one in lines),
            fine_fen=sum(one.fine_fen for one in lines),
        )


class SplitState(StrEnum):
    """What a bank says of a split, which is booked whole or not at all."""

    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"
    """Nothing was moved: the lines are not what the debit batch brought, line by line."""
    NOT_FOUND = "not_found"
    """The bank does not know the number now; send the same split again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReply:
    """What the bank says of a split: its state, and once it is done what came to the accounts."""

    split_no: str
    state: SplitState
    count: int
    booked: Split
    """What was moved to the centre's accounts, by kind; nothing unless DONE."""
    serials: tuple[str, str, str, str]
    """The bank's serials of the four movements in the order of `Split.parts`, as their
    arrival notices and the statement have them; empty where nothing moved."""
    reason_code: str
    reason: str

    def __post_init__(self) -> None:
        """Raises ValueError for an answer that contradicts itself."""
        if (self.state is SplitState.DONE) != bool(self.booked.total_fen):
            raise ValueError("a split that is done has moved money, and no other has")
        if [bool(serial) for serial in self.serials] != [bool(fen) for fen in self.booked.parts]:
            raise ValueError("what moved has a serial, and nothing else has one")
        if (self.state is SplitState.REFUSED) != bool(self.reason_code):
            raise ValueError("a refusal has a reason, and nothing else has one")

    def about(self, split: LoanSplit) -> "SplitReply":
        """This reply, if it speaks of `split` and its control totals. Raises ValueError."""
        known = self.state is not SplitState.NOT_FOUND
        expected = split.totals if self.state is SplitState.DONE else NOTHING
        if (self.split_no, self.count) != (split.split_no, len(split.lines) if known else 0):
            raise ValueError("an answer about another split")
        if self.booked != expected:
            raise ValueError("the control totals are not those of the split")
        return self


class BankDebits(Protocol):
    """Loan debits; the same implementation that keeps `BankCollections`, and its promises: one
    batch sent twice charges once, one split sent twice is booked once, no answer is unknown.
    """

    def debit_loans(self, batch: LoanDebitBatch) -> BatchReply:
        """Ask the bank to charge every borrower; write the intents down and commit first.

        Raises BankUnreachable (unknown) and OrderNumberReused (the batch's number stands for other
        content at the bank, and nothing was done).
        """
        ...

    def batch_state(self, batch_no: str) -> BatchReply:
        """What the bank knows of the batch now. Raises BankUnreachable."""
        ...

    def debit_lines(self, batch: LoanDebitBatch) -> tuple[CollectionReply, ...]:
        """What became of each debit, in the order of the batch, all or none. Raises
        BankUnreachable, also for a result that is not whole or does not add up.
        """
        ...

    def split_debits(self, split: LoanSplit) -> SplitReply:
        """Ask the bank to move a debit batch's money to the centre's accounts, split.

        Every line's parts must be what that debit brought; the bank compares line by line and by
        total, and refuses the whole otherwise. Raises BankUnreachable and OrderNumberReused.
        """
        ...

    def split_state(self, split: LoanSplit) -> SplitReply:
        """What has become of `split` so far. Raises BankUnreachable."""
        ...
