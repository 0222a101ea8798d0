"""Where the tables' values come from: each source hands out rows of our own field names, as text.

Codes are those of the standard's annex A. What we do not know is left out and reported as missing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Count, Max, Q

from anju import ledger, policy
from anju.business.contributions.models import Enrolment
from anju.business.treasury import attachments
from anju.business.treasury import bank_accounts as own_accounts
from anju.business.treasury.models import BankLine
from anju.domain.identifiers import birth_date
from anju.domain.money import yuan
from anju.ledger import books, details, extracts
from anju.ledger.replay import Row
from anju.parties.models import Employer
from anju.store.fields import unseal

T = TypeVar("T")
Fields = dict[str, str]
AT_ONCE = 2_000
DEPOSIT = "101"

# Annex A.5, by the kind of the voucher, else of the line.
MOVEMENTS = {
    "remittance": "01", "back_payment": "02", "interest": "09", "interest.year": "09",
    "interest.revision": "09", "withdrawal_partial": "11", "withdrawal_closing": "12",
}  # fmt: skip
# Annex A.6; a frozen account is 06 whatever else it is.
STATES = {"open": "01", "closing": "01", "sealed": "02", "closed": "05"}
MERGED, FROZEN = "03", "06"
# Annex A.15.
LOAN_MOVEMENTS = {"disbursement": "01", "repayment": "02", "prepayment": "03", "offset": "05"}
OTHER = "99"


@dataclass(frozen=True, slots=True)
class Span:
    """The days whose movements are handed out, both included; states are as they now are."""

    first: date
    last: date


def batched(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows in lists of so many as are looked up at once."""
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some


def money(fen: int) -> str:
    """Yuan with two decimals and nothing between the digits."""
    return yuan(fen).replace(",", "")


def employers(span: Span) -> Iterator[Fields]:
    """Employers that are registered."""
    for row in Employer.objects.order_by("pk").iterator(AT_ONCE):
        yield {"name": row.name, "number": str(row.pk), "uscc": row.uscc,
               "opened_on": row.registered_at.date().isoformat()}  # fmt: skip


def persons(span: Span) -> Iterator[Fields]:
    """Members by account; the sealed columns are opened one by one."""
    for row in Enrolment.objects.select_related("person").order_by("account_id").iterator(AT_ONCE):
        number = unseal(row.person, "id_number").expose()
        yield {
            "account_no": row.account_no,
            "name": unseal(row.person, "name").expose(),
            "phone": unseal(row.person, "phone").expose() if row.person.phone else "",
            "id_type": row.person.id_type,
            "id_number": number,
            "sex": "1" if number[16] in "13579" else "2",
            "born": f"{birth_date(number):%Y%m}",
        }


def policies(span: Span) -> Iterator[Fields]:
    """The deposit rate in force on the last day: 07, as a one-year deposit."""
    rate = policy.current().rates.deposit.on(span.last).value
    exact = Decimal(rate.numerator) / Decimal(rate.denominator)
    yield {"kind": "07", "rate": f"{exact:.7f}"}


def employer_accounts(span: Span) -> Iterator[Fields]:
    """Employers with how many members pay in, what stands on their accounts, and through when."""
    rows = Enrolment.objects.values("employer_id").annotate(
        contributing=Count("pk", filter=Q(sealed_on=None)),
        sealed=Count("pk", filter=~Q(sealed_on=None)),
        paid=Max("paid_through"),
        employer=Max("employer_ratio"),
        member=Max("member_ratio"),
    )
    for row in rows.order_by("employer_id").iterator(AT_ONCE):
        ids = Enrolment.objects.filter(employer_id=row["employer_id"]).order_by("account_id")
        balance = 0
        for some in batched(ids.values_list("account_id", flat=True).iterator(AT_ONCE)):
            balance += sum(each.balance for each in ledger.accounts(some))
        yield {
            "number": str(row["employer_id"]),
            "employer_ratio": f"{row['employer']:.2f}",
            "member_ratio": f"{row['member']:.2f}",
            "contributing": str(row["contributing"]),
            "sealed": str(row["sealed"]),
            "balance": money(balance),
            "state": "01" if row["contributing"] else "05",
            "paid_through": f"{row['paid']:%Y%m}" if row["paid"] else "",
        }


def accounts(span: Span) -> Iterator[Fields]:
    """Members' accounts as they now stand."""
    enrolments = Enrolment.objects.order_by("account_id").iterator(AT_ONCE)
    for some in batched(enrolments):
        rows = {each.id: each for each in ledger.accounts(each.account_id for each in some)}
        ended_ones = [number for number, each in rows.items() if each.state == "closed"]
        closed, merged = extracts.last_lines(ended_ones), ledger.merged_of(ended_ones)
        for enrolment in some:
            row = rows[enrolment.account_id]
            ended = closed.get(row.id)
            yield {
                "account_no": enrolment.account_no,
                "base": money(enrolment.base_fen),
                "state": _state(row, merged),
                "opened_on": enrolment.opened_on.isoformat(),
                "balance": money(row.balance),
                "carried": money(row.carried),
                "current": money(row.current),
                "member_month": money(enrolment.member_month_fen),
                "employer_month": money(enrolment.employer_month_fen),
                "closed_on": ended.isoformat() if ended else "",
            }


def _state(row: ledger.AccountRow, merged: Mapping[int, int]) -> str:
    if row.id in merged:
        return MERGED
    return FROZEN if row.frozen_whole else STATES[row.state]


def movements(span: Span) -> Iterator[Fields]:
    """Movements of members' accounts, each with its carried and its current part."""
    for some in batched(extracts.member_movements(span.first, span.last)):
        ids = {row[0] for row in some}
        numbers = dict(
            Enrolment.objects.filter(account_id__in=ids).values_list("account_id", "account_no")
        )
        for account, on, kind, amount, carried, voucher, of, reverses, interest in some:
            code = MOVEMENTS.get(of) or MOVEMENTS.get(kind, OTHER)
            yield {
                "account_no": numbers.get(account, ""),
                "on": on.isoformat(),
                "kind": code,
                "amount": money(amount),
                "carried": money(carried),
                "current": money(amount - carried),
                "interest": money(amount if code == "09" else interest),
                "paid_by": "02" if code in ("11", "12") else "",
                "serial": str(voucher),
                "reversal": _reversal(reverses),
            }


def employer_movements(span: Span) -> Iterator[Fields]:
    """What came to and left the members of an employer, a row per voucher."""
    for row in extracts.employer_movements(span.first, span.last):
        employer, on, voucher, kind, amount, people, reverses = row
        code = MOVEMENTS.get(kind, OTHER)
        yield {
            "number": str(employer), "on": on.isoformat(), "amount": money(amount),
            "interest": money(amount if code == "09" else 0), "people": str(people), "kind": code,
            "serial": str(voucher), "reversal": _reversal(reverses),
        }  # fmt: skip


def loans(span: Span) -> Iterator[Fields]:
    """Loans with the principal outstanding."""
    for _id, contract, opened_on, balance in extracts.loans():
        yield {"number": contract, "opened_on": opened_on.isoformat(), "balance": money(balance)}


def loan_movements(span: Span) -> Iterator[Fields]:
    """Movements of loans' principal."""
    for row in extracts.loan_movements(span.first, span.last):
        contract, on, voucher, kind, amount, valued_on = row
        yield {
            "number": contract, "serial": str(voucher), "kind": LOAN_MOVEMENTS.get(kind, OTHER),
            "amount": money(amount), "on": on.isoformat(), "valued_on": valued_on.isoformat(),
        }  # fmt: skip


def subjects(span: Span) -> Iterator[Fields]:
    """The chart of accounts; 01 is the debit side."""
    for subject in books.subjects():
        level = 1 + (len(subject.code) - len(DEPOSIT)) // 2
        yield {"code": subject.code, "name": subject.name, "level": str(level),
               "side": "01" if subject.side == "debit" else "02"}  # fmt: skip


def general_ledger(span: Span) -> Iterator[Fields]:
    """Each subject on each day on which it moved."""
    names = {subject.code: subject.name for subject in books.subjects()}
    for code, on, opening, debit, credit, closing in extracts.general_ledger(span.first, span.last):
        yield {
            "code": code, "name": names[code], "on": on.isoformat(), "debit": money(debit),
            "credit": money(credit), **_standing("opening", opening),
            **_standing("closing", closing),
        }  # fmt: skip


def subject_lines(span: Span) -> Iterator[Fields]:
    """Lines of vouchers, each with what stood on its subject before and after it."""
    before = date.fromordinal(span.first.toordinal() - 1)
    standing = {each.subject: each.debit - each.credit for each in books.trial_balance(before)}
    for row in extracts.voucher_lines(span.first, span.last):
        code, amount = row[5], row[6]
        opening = standing.get(code, 0)
        standing[code] = opening + amount
        yield _line(row) | _standing("opening", opening) | _standing("closing", opening + amount)


def voucher_lines(span: Span) -> Iterator[Fields]:
    """Lines of vouchers with how many sheets belong to each voucher."""
    for some in batched(extracts.voucher_lines(span.first, span.last)):
        sheets = attachments.of_sources({(row[10], row[11]) for row in some})
        for row in some:
            yield _line(row) | {"attachments": str(sheets.get((row[10], row[11]), 0))}


def _line(row: Row) -> Fields:
    """A voucher's line; its number is there once the day is sealed."""
    on, period, number, _voucher, summary, code, amount, *_ = row
    return {
        "on": on.isoformat(), "voucher_no": _voucher_no(period, number), "summary": summary,
        "code": code, "debit": money(max(amount, 0)), "credit": money(max(-amount, 0)),
    }  # fmt: skip


def _standing(name: str, fen: int) -> Fields:
    """A balance (debit above zero) as the standard tells it: an amount and its side."""
    return {name: money(abs(fen)), f"{name}_side": "01" if fen >= 0 else "02"}


def bank_journal(span: Span) -> Iterator[Fields]:
    """Lines on 101, each at its account, with what stands on that account after it."""
    numbers = {number: account.number for number, account in own_accounts.known().items()}
    found = details.bank_balances(since=span.first, until=span.last)
    balances = {number: balance.opening for number, balance in found.items()}
    for row in extracts.voucher_lines(span.first, span.last):
        on, period, number, voucher, summary, code, amount, bank, reverses, line, *_ = row
        if not code.startswith(DEPOSIT):
            continue
        balances[bank] += amount
        yield {
            "serial": f"{voucher}-{line}", "account": numbers[bank], "on": on.isoformat(),
            "summary": summary, "debit": money(max(amount, 0)), "credit": money(max(-amount, 0)),
            "voucher_no": _voucher_no(period, number), "voucher_month": f"{on:%Y%m}",
            "reversal": _reversal(reverses), **_standing("closing", balances[bank]),
        }  # fmt: skip


def bank_lines(span: Span) -> Iterator[Fields]:
    """Lines of the bank's statements, as reconciliation kept them: our side of each is known."""
    ours = {account.number: account for account in own_accounts.known().values()}
    name = policy.current().identity.name
    kept = BankLine.objects.filter(booked_on__range=(span.first, span.last))
    for row in kept.order_by("account", "booked_on", "pk").iterator(AT_ONCE):
        side = "payer" if row.amount_fen < 0 else "payee"
        bank = ours[row.account].bank_code if row.account in ours else ""
        yield {
            "serial": row.serial, "amount": money(abs(row.amount_fen)), "bank": bank,
            "on": row.booked_on.isoformat(), side: row.account, f"{side}_name": name,
            f"{side}_bank": bank,
        }  # fmt: skip


def bank_accounts(span: Span) -> Iterator[Fields]:
    """The centre's own accounts."""
    name = policy.current().identity.name
    for account in own_accounts.known().values():
        yield {
            "code": str(account.ledger_id), "account": account.number, "name": name,
            "bank": account.bank_code, "bank_name": account.bank_name,
        }  # fmt: skip


def _reversal(reverses: bool) -> str:
    return "02" if reverses else "01"


def _voucher_no(period: Any, number: Any) -> str:
    """Year and month in four digits, and the number in six."""
    return "" if number is None else f"{str(period)[2:]}{number:06d}"


SOURCES: dict[str, Callable[[Span], Iterator[Fields]]] = {
    each.__name__: each
    for each in (
        employers, persons, policies, employer_accounts, accounts, movements, employer_movements,
        loans, loan_movements, subjects, general_ledger, subject_lines, voucher_lines, bank_journal,
        bank_lines, bank_accounts,
    )
}  # fmt: skip
