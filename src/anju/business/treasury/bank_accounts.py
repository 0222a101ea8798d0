"""The centre's own accounts at banks: numbers outside, sub-subjects of 101 and 102 in the books.

The ledger knows an account by its code in policy, read as a number (10101); whose number and bank
that is, is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju import policy
from anju.business.treasury.models import BankAccount
from anju.domain.masks import mask_card
from anju.ledger.details import subject_of

USES = {"pays": "付款户", "collects": "归集户", "gains": "增值收益户"}


class NotOurAccount(Exception):
    """No account of the centre has, or ever had, this number."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as people read it: `label` is its bank and the end of its number."""

    ledger_id: int
    number: str
    bank_code: str
    bank_name: str
    use: str

    @property
    def subject(self) -> str:
        """101 or 102, under which it stands in the books."""
        return subject_of(self.ledger_id)

    @property
    def label(self) -> str:
        """中国建设银行 ····0001（付款户）."""
        use = f"（{self.use}）" if self.use else ""
        return f"{self.bank_name} {mask_card(self.number)}{use}"

    @property
    def choice(self) -> str:
        """付款户 ····0001 中国建设银行: what tells it from the others first, for narrow fields."""
        return f"{self.use} {mask_card(self.number)} {self.bank_name}".lstrip()


def known() -> Mapping[int, Account]:
    """Every account by its number in the books: policy's, and those it named before."""
    now = policy.current()
    found = {
        row.ledger_id: Account(row.ledger_id, row.number, row.bank_code, row.bank_name, "")
        for row in BankAccount.objects.all()
    }
    for each in now.accounts.values():
        name = now.bank_branch_name(each.bank, each.branch)
        found[each.ledger_id] = Account(
            each.ledger_id, each.number, each.bank, name, USES[each.use]
        )
    return dict(sorted(found.items()))


def by_code(code: str) -> Account | None:
    """The account whose sub-subject this is (10101), or None."""
    return next((each for each in known().values() if str(each.ledger_id) == code), None)


def id_of(number: str) -> int:
    """What the ledger calls the account of this number. Raises NotOurAccount."""
    for each in policy.current().accounts.values():
        if each.number == number:
            return each.ledger_id
    kept = BankAccount.objects.filter(number=number).values_list("ledger_id", flat=True).first()
    if kept is None:
        raise NotOurAccount
    return kept


def keep(at: datetime) -> None:
    """Remember the accounts that policy names now; what is remembered stays as it is."""
    now = policy.current()
    BankAccount.objects.bulk_create(
        (
            BankAccount(
                ledger_id=each.ledger_id,
                number=each.number,
                bank_code=each.bank,
                bank_name=now.bank_branch_name(each.bank, each.branch),
                kept_at=at,
            )
            for each in now.accounts.values()
        ),
        ignore_conflicts=True,
    )
