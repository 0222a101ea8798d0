"""Members' accounts and loans: opening, sealing, freezing, locking and reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from anju.ledger.calls import payload_hash, row, rows
from anju.ledger.models import Loan
from anju.ledger.refusals import LedgerRefusal


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as of the open business day. Money in fen, v and n in fen × days.

    `available` is what may be taken out now: nothing under a full freeze or while closing, else
    balance − held − frozen. `n_prev` is a closed interest year's N that is not yet released.
    `restate_from` is the first day of the earliest settled year that must be reckoned again.
    """

    id: int
    person_id: int
    employer_id: int | None
    state: str
    opened_on: date
    balance: int
    carried: int
    held: int
    v: int
    v_carried: int
    interest_from: date
    n_prev: int | None
    n_prev_carried: int | None
    last_voucher: int | None
    frozen_whole: bool
    frozen: int
    available: int
    restate_from: date | None = None

    @property
    def current(self) -> int:
        """This interest year's money (当年归集), in fen."""
        return self.balance - self.carried


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A fund loan; `balance` is the principal outstanding, in fen."""

    id: int
    person_id: int
    contract_no: str
    opened_on: date
    balance: int


@dataclass(frozen=True, slots=True)
class FreezeRow:
    """A freeze that is not lifted: `amount` in fen or None for all, `until_day` the first day
    without it."""

    id: int
    account_id: int
    authority: str
    doc_no: str
    amount: int | None
    until_day: date | None


def open_account(
    person_id: int, *, employer_id: int | None, on: date, key: str, scope: str = "ledger.account"
) -> int:
    """Open a person's account and return its id; `on` may lie in the past.

    Raises LedgerRefusal: account_exists while the person has one that is not closed, key_reused,
    value_date when `on` is in the future.
    """
    opened: int = row(
        "SELECT ledger_open_account(%s, %s, %s, %s, %s, %s)",
        [scope, key, payload_hash("account", person_id, employer_id, on), person_id,
         employer_id, on],
    )[0]  # fmt: skip
    return opened


def lock_accounts(ids: Iterable[int]) -> list[AccountRow]:
    """Lock every account of an action at once, ascending, and read them under the lock.

    Takes the day gate first. Must run inside a transaction. Raises LedgerRefusal (no_account).
    """
    assert connection.in_atomic_block, "a lock outside a transaction is gone at once"
    found = rows("SELECT * FROM ledger_lock_accounts(%s)", [sorted(set(ids))])
    return [AccountRow(*each) for each in found]


def accounts(ids: Iterable[int]) -> list[AccountRow]:
    """Accounts by id, ascending, without a lock; those that are not there are left out."""
    found = rows("SELECT * FROM ledger_accounts(%s)", [sorted(set(ids))])
    return [AccountRow(*each) for each in found]


def account(account_id: int) -> AccountRow:
    """One account, without a lock. Raises LedgerRefusal (no_account)."""
    found = accounts([account_id])
    if not found:
        raise LedgerRefusal("ledger.no_account", f"account {account_id}")
    return found[0]


def live_freezes() -> list[FreezeRow]:
    """Every freeze that no paper has lifted, those that have run out as well; by id."""
    found = rows(
        "SELECT id, account_id, authority, doc_no, amount, until_day FROM ledger_freeze"
        " WHERE state = 'active' ORDER BY id",
        [],
    )
    return [FreezeRow(*each) for each in found]


def account_of_person(person_id: int) -> AccountRow | None:
    """The person's account that is not closed; failing that, the one closed last."""
    found = rows(
        "SELECT id FROM ledger_account WHERE person_id = %s"
        " ORDER BY state = 'closed', id DESC LIMIT 1",
        [person_id],
    )
    return account(found[0][0]) if found else None


def closed_of(employer_id: int) -> tuple[int, ...]:
    """The closed accounts of an employer's people, ascending."""
    found = rows(
        "SELECT id FROM ledger_account WHERE employer_id = %s AND state = 'closed' ORDER BY id",
        [employer_id],
    )
    return tuple(account_id for (account_id,) in found)


def seal(account_id: int) -> bool:
    """封存: contributions have stopped. Says whether that was new.

    Raises LedgerRefusal: closing, closed, no_account.
    """
    changed: bool = row("SELECT ledger_set_sealed(%s, true)", [account_id])[0]
    return changed


def unseal(account_id: int) -> bool:
    """启封: contributions go on. Says whether that was new.

    Raises LedgerRefusal: closing, closed, no_account.
    """
    changed: bool = row("SELECT ledger_set_sealed(%s, false)", [account_id])[0]
    return changed


def freeze(
    account_id: int,
    *,
    authority: str,
    doc_no: str,
    amount: int | None,
    from_day: date,
    until_day: date | None = None,
) -> int:
    """冻结: forbid taking out `amount` fen, or everything when None; returns the freeze's id.

    It may exceed the balance and queues behind earlier ones. `until_day` is the first day
    without it. The same paper twice is one freeze.
    """
    made: int = row(
        "SELECT ledger_freeze(%s, %s, %s, %s, %s, %s)",
        [account_id, authority, doc_no, amount, from_day, until_day],
    )[0]
    return made


def lift(freeze_id: int, *, doc_no: str) -> bool:
    """解冻 by this paper; says whether the freeze was active."""
    lifted: bool = row("SELECT ledger_lift_freeze(%s, %s)", [freeze_id, doc_no])[0]
    return lifted


def open_loan(
    person_id: int, *, contract_no: str, on: date, key: str, scope: str = "ledger.loan"
) -> int:
    """Open a loan with nothing outstanding and return its id; its disbursement is a voucher.

    Raises LedgerRefusal: account_exists for a contract number used before, key_reused, value_date.
    """
    opened: int = row(
        "SELECT ledger_open_loan(%s, %s, %s, %s, %s, %s)",
        [scope, key, payload_hash("loan", person_id, contract_no, on), person_id, contract_no, on],
    )[0]
    return opened


def loan_of_person(person_id: int) -> LoanRow | None:
    """The person's loan with principal outstanding (the largest of several), or None."""
    found = Loan.objects.filter(person_id=person_id, balance__gt=0).order_by("-balance", "id")
    return next(
        (
            LoanRow(loan.id, loan.person_id, loan.contract_no, loan.opened_on, loan.balance)
            for loan in found[:1]
        ),
        None,
    )
