"""Every bank account of the centre beside its statement: which are in use, each day in its turn.

The paying account is compared from the first time on. Another one begins with the first day on
which either side has a line of it; until then nothing is said of it. An account that policy names
no more goes on until both sides have it at zero.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from anju import ledger, policy, ports
from anju.business.treasury import bank_accounts
from anju.business.treasury.bank_accounts import Account
from anju.business.treasury.models import BankAccount, ReconciledDay
from anju.business.treasury.reconciliation import NotYet, Reconciled, reconcile
from anju.domain.calendar import SHANGHAI
from anju.ledger import books
from anju.ledger.details import BANK_ACCOUNT, bank_balances
from anju.ports.bank import BankUnreachable
from anju.ports.bank_accounts import AccountNotOurs

_DAY = timedelta(days=1)


class NoStatement(Exception):
    """The bank gave no statement of an account that is in use; the message names which."""


def catch_up(until: date, *, at: datetime) -> tuple[Reconciled, ...]:
    """Reconcile every account in use for every day up to this one that is not done.

    A bank books on days on which nobody here works: those days are done as well. What is given
    says `until` of each account, the paying one first; an account whose comparison began later is
    left out. One account without a statement does not keep the others from being done.

    Raises:
        NotYet: `until` is still open in our books.
        NoStatement: of some account; the others are done, and calling again does the rest.
    """
    if until >= ledger.business_date():
        raise NotYet(f"{until} 尚未日终")
    bank_accounts.keep(at)
    done, unheard = [], []
    for account in in_order():
        try:
            found = _one(account, until, at)
        except (BankUnreachable, AccountNotOurs):
            unheard.append(account.choice)
            continue
        if found is not None:
            done.append(found)
    if unheard:
        raise NoStatement("\n".join(("银行没有给出对账单：", *unheard)))
    return tuple(done)


def in_order() -> tuple[Account, ...]:
    """The centre's accounts: the one that pays, the others, then those that policy named once."""
    payer = policy.current().payer_account
    found = bank_accounts.known().values()
    return tuple(sorted(found, key=lambda each: (each.number != payer, not each.use)))


def _one(account: Account, until: date, at: datetime) -> Reconciled | None:
    days = ReconciledDay.objects.filter(account=account.number).order_by("on")
    first, last = days.first(), days.last()
    if first is None or last is None:
        day = _begins(account, until)
    elif until < first.on or _is_at_rest(account, last, until):
        return None
    else:
        day = min(last.on + _DAY, until)
    if day is None:
        return None
    while day < until:
        reconcile(day, at=at, account=account.number)
        day += _DAY
    return reconcile(until, at=at, account=account.number)


def _is_at_rest(account: Account, last: ReconciledDay, until: date) -> bool:
    """Whether policy names it no more and neither side has anything on it or on its way."""
    left = (last.books_fen, last.bank_fen, last.theirs_in_fen, last.theirs_out_fen)
    if account.use or any((*left, last.ours_in_fen, last.ours_out_fen)):
        return False
    return until > last.on and not _moved(account, last.on + _DAY, until)


def _begins(account: Account, until: date) -> date | None:
    """The day with which an account's comparison begins; None while it is not used.

    It looks back to the day on which the account was kept, never before the first comparison.
    Raises BankUnreachable; AccountNotOurs when our books have lines on it.
    """
    if account.number == policy.current().payer_account:
        return until
    since = _looked_at_since(account, until)
    found = [] if (ours := _first_of_ours(account, since, until)) is None else [ours]
    try:
        asked = ports.bank_accounts()
        told = asked.statement(account.number, since=since, until=until).lines
        if told:
            found.append(told[0].booked_on)
        elif not found and asked.balance(account.number).balance_fen:
            found.append(until)
    except AccountNotOurs:
        if found:
            raise
    return min(found, default=None)


def _looked_at_since(account: Account, until: date) -> date:
    kept = BankAccount.objects.filter(ledger_id=account.ledger_id).first()
    compared = ReconciledDay.objects.order_by("on").first()
    days = [kept.kept_at.astimezone(SHANGHAI).date()] if kept is not None else []
    days += [compared.on] if compared is not None else []
    return min(max(days, default=until), until)


def _first_of_ours(account: Account, since: date, until: date) -> date | None:
    """The first day in the span on which our books have anything on the account."""
    held = bank_balances(since=since, until=until).get(account.ledger_id)
    if held is None or not (held.opening or held.debit or held.credit):
        return None
    if held.opening:
        return since
    detail = (BANK_ACCOUNT, account.ledger_id)
    (line,) = books.subject_lines(
        held.subject, since=since, until=until, limit=1, detail=detail, opening=held.opening
    )
    return line.accounting_date


def _moved(account: Account, since: date, until: date) -> bool:
    held = bank_balances(since=since, until=until).get(account.ledger_id)
    return held is not None and bool(held.debit or held.credit)
