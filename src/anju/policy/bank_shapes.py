"""banks.yaml: the centre's own accounts, and the banks at which members have theirs."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from anju.policy.shapes import BankCode, Block, Text


class BankBranch(Block):
    """A branch of a bank; one code, whatever label a page puts before it."""

    code: BankCode
    name: Text


class Bank(Block):
    """A bank at which members of this centre may have their card."""

    code: BankCode
    name: Text
    branches: Annotated[tuple[BankBranch, ...], Field(strict=False)] = ()


class OwnAccount(Block):
    """An account of the centre's own (专户) at a bank.

    Attributes:
        code: its sub-subject in the books, two digits under 101 (住房公积金存款) or 102
            (增值收益存款). Once something is booked it never means another account.
        bank, branch: where it is kept, by their codes.
        use: pays members, collects what comes in, or holds the fund's gains.
    """

    code: Annotated[str, StringConstraints(pattern=r"^10[12](0[1-9]|[1-9][0-9])$")]
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{10,30}$")]
    bank: BankCode
    branch: BankCode
    use: Literal["pays", "collects", "gains"]

    @property
    def subject(self) -> str:
        """The subject above it: 101 or 102."""
        return self.code[:3]

    @property
    def ledger_id(self) -> int:
        """What the ledger calls it: the code as a number, so that it says its subject itself."""
        return int(self.code)

    @model_validator(mode="after")
    def _gains_stand_apart(self) -> Self:
        if (self.use == "gains") is not (self.subject == "102"):
            raise ValueError("gains are kept under 102, and nothing else is")
        return self


class BanksFile(Block):
    """banks.yaml, in the order in which banks are offered; the centre's own accounts first."""

    accounts: Annotated[tuple[OwnAccount, ...], Field(strict=False, min_length=1)]
    banks: Annotated[tuple[Bank, ...], Field(strict=False, min_length=1)]
