"""What the ledger says no to, as stable codes; anything else it raises is our own mistake."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error

# Raised by the ledger's own functions with the code as message.
REFUSED = "AJ001"

_BY_CONSTRAINT = {
    "ledger_voucher_source": "ledger.source_reused",
    "ledger_voucher_reversed_once": "ledger.reversed_already",
    "ledger_voucher_totals": "ledger.totals",
    "ledger_voucher_two_people": "ledger.maker_is_checker",
    "ledger_suspense_side": "ledger.insufficient",
    "ledger_loan_balance": "ledger.insufficient",
    "ledger_account_amounts": "ledger.insufficient",
    "ledger_hold_one_closing": "ledger.closing",
    "ledger_hold_order_no_key": "ledger.key_reused",
    "ledger_account_one_per_person": "ledger.account_exists",
}


class LedgerRefusal(Exception):
    """The ledger will not do this; nothing was written and the transaction is spent.

    `code` is stable: ledger.insufficient, .frozen, .closing, .closed, .key_reused, .day_sealed,
    .totals are what a member's action can meet; .value_date, .restatement, .year_unsettled,
    .no_account, .no_hold, .account_exists, .open, .source_reused, .reversed_already, .bank_account
    and .maker_is_checker tell a caller that its request cannot be one. The day's seal adds
    .day_open, .day_order, .day_unproven, .root_changed and .signed_already. To go on in the same
    transaction, call within a savepoint of your own.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@contextmanager
def refusals_named() -> Iterator[None]:
    """Turn the database's refusals into LedgerRefusal; other errors pass as they are."""
    try:
        yield
    except Error as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from error


def sqlstate(error: Error) -> str | None:
    """PostgreSQL's five letters for what went wrong, if it came from there."""
    return getattr(error.__cause__, "sqlstate", None)


def _refusal(error: Error) -> LedgerRefusal | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None:
        return None
    if diagnosis.sqlstate == REFUSED:
        return LedgerRefusal(diagnosis.message_primary, diagnosis.message_detail or "")
    constraint = diagnosis.constraint_name or ""
    code = _BY_CONSTRAINT.get(constraint)
    if code is None and (diagnosis.table_name or "").startswith(
        ("ledger_gl_line", "ledger_member_line", "ledger_voucher")
    ):
        # A voucher without lines, a line of nothing, a text too long: not a voucher.
        code = "ledger.totals"
    return None if code is None else LedgerRefusal(code, constraint)
