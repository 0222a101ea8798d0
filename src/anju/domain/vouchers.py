"""Vouchers (记账凭证): what is to be posted, said in full before anything is written.

Amounts are whole fen. Which side a line is on is its sign; the ledger holds that a voucher sums to
zero and that each sub-ledger line is found again in the general lines.
"""

from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime

MEMBERS = "201"
LOANS = ("121", "122")
SUSPENSE = ("119", "219")


@dataclass(frozen=True, slots=True)
class GlLine:
    """One general line on a subject (科目): debit above zero, credit below."""

    subject: str
    amount: int
    employer_id: int | None = None
    bank_account_id: int | None = None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One line on a member's account: above zero the balance grows.

    `value_date` is the day from which it bears interest (or ceases to); `carried` is its share of
    last year's money (上年结转), None for the ledger's rule: withdrawals take carried money first,
    a reversal mirrors its original, everything else is current.
    """

    account_id: int
    amount: int
    kind: str
    value_date: date
    carried: int | None = None


@dataclass(frozen=True, slots=True)
class LoanLine:
    """One line on a loan: above zero the principal outstanding grows."""

    loan_id: int
    amount: int
    kind: str
    value_date: date


@dataclass(frozen=True, slots=True)
class SuspenseLine:
    """One line on money that waits (219) or is owed to the fund (119): credit above zero.

    Its account is (subject, source), made when first used: an order, an employer, a member.
    `account_id` names the member's account the money was meant for, if one is known.
    """

    subject: str
    source_type: str
    source_id: str
    amount: int
    kind: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Voucher:
    """One voucher; (kind, source_type, source_id, seq) can be posted once, whatever the key.

    `maker` and `checker` are references to people, such as "staff:12"; None is the system.
    """

    kind: str
    _: KW_ONLY
    source_type: str
    source_id: str | int
    seq: int = 0
    gl: tuple[GlLine, ...]
    members: tuple[MemberLine, ...] = ()
    loans: tuple[LoanLine, ...] = ()
    suspense: tuple[SuspenseLine, ...] = ()
    summary: str = ""
    maker: str | int | None = None
    checker: str | int | None = None
    occurred_at: datetime
    reverses: int | None = None

    @property
    def debit_total(self) -> int:
        """Fen on the debit side."""
        return sum(line.amount for line in self.gl if line.amount > 0)

    @property
    def member_total(self) -> int:
        """Fen by which members' balances grow together."""
        return sum(line.amount for line in self.members)

    def problem(self) -> str | None:
        """Why this voucher cannot be posted whatever the accounts hold; None if it can."""
        if len(self.gl) < 2 or any(line.amount == 0 for line in self.gl):
            return "a voucher has two general lines or more, none of them zero"
        if sum(line.amount for line in self.gl) != 0:
            return "debits and credits differ"
        if self.maker is not None and str(self.maker) == str(self.checker):
            return "maker and checker are one person"
        details = (
            (MEMBERS, -1, self.member_total),
            (LOANS, 1, sum(line.amount for line in self.loans)),
            (SUSPENSE, -1, sum(line.amount for line in self.suspense)),
        )
        for subjects, side, total in details:
            if side * _on(self.gl, subjects) != total:
                return f"general lines on {subjects} and their detail lines differ"
        return None


def _on(gl: tuple[GlLine, ...], subjects: str | tuple[str, ...]) -> int:
    return sum(line.amount for line in gl if line.subject.startswith(subjects))
