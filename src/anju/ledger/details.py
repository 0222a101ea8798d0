"""Subjects in more detail than their codes give: by the centre's bank account, by employer."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from anju.ledger.books import SubjectBalance, subjects
from anju.ledger.calls import row, rows

BANK_ACCOUNT: Final = "bank_account_id"
EMPLOYER: Final = "employer_id"

# As books.BOOKED: what the last sealed day knew, the lines since, the adjustments of days before.
_AT_BANKS = """
    SELECT t.bank_account_id, sum(t.debit)::bigint, sum(t.credit)::bigint FROM (
        SELECT c.bank_account_id, c.debit, c.credit FROM ledger_control_balance c
        WHERE c.day = %s::date AND c.subject LIKE ANY (ARRAY['101%%', '102%%'])
        UNION ALL
        SELECT l.bank_account_id, greatest(l.amount, 0), -least(l.amount, 0)
        FROM ledger_gl_line l
        WHERE l.accounting_date > coalesce(%s::date, '-infinity') AND l.accounting_date <= %s
          AND l.subject LIKE ANY (ARRAY['101%%', '102%%'])
        UNION ALL
        SELECT l.bank_account_id, greatest(l.amount, 0), -least(l.amount, 0)
        FROM ledger_voucher h
        JOIN ledger_gl_line l ON l.accounting_date = h.accounting_date AND l.voucher_id = h.id
        WHERE h.segment = 'adjustment' AND h.accounting_date <= %s::date
          AND l.subject LIKE ANY (ARRAY['101%%', '102%%'])
    ) t GROUP BY t.bank_account_id
"""


def subject_of(bank_account: int) -> str:
    """101 or 102: a bank account's number says under which it stands."""
    return str(bank_account)[:3]


def bank_balances(*, since: date, until: date) -> Mapping[int, SubjectBalance]:
    """What each of the centre's bank accounts held and moved over [since, until], by its number.

    An account that never moved is left out; those of 101 together are 101, and so with 102. The
    subject of each is the one it stands under.
    """
    chart = {subject.code: subject for subject in subjects()}
    before = _at_banks(date.fromordinal(since.toordinal() - 1)) if since > date.min else {}
    found = {}
    for account, (debit, credit) in sorted(_at_banks(until).items()):
        subject = chart[subject_of(account)]
        old_debit, old_credit = before.get(account, (0, 0))
        found[account] = SubjectBalance(
            subject=subject,
            opening=subject.own_side(old_debit - old_credit),
            debit=debit - old_debit,
            credit=credit - old_credit,
            closing=subject.own_side(debit - credit),
        )
    return found


def _at_banks(until: date) -> dict[int, tuple[int, int]]:
    """Debits and credits of every bank account up to a day, inclusive."""
    sealed = row(
        "SELECT max(day) FROM ledger_business_day"
        " WHERE state = 'sealed' AND segment = 'day' AND day <= %s",
        [until],
    )[0]
    return {
        account: (debit, credit)
        for account, debit, credit in rows(_AT_BANKS, [sealed, sealed, until, sealed])
    }
