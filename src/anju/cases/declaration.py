"""How a service declares itself: once, in its own folder, with the functions that cases calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from anju.cases.records import Quote
from anju.domain.rules import Rule
from anju.store.audit import Actor

F = TypeVar("F")


@dataclass(frozen=True)
class Subject:
    """What a case is about: a member's account, an employer or a loan.

    Attributes:
        kind: "account", "employer" or "loan".
        id: the subject's key in its own room.
        branch_code: the branch whose staff decide the case.
    """

    kind: str
    id: int
    branch_code: str


@dataclass(frozen=True)
class CaseRef:
    """What a service may know of the case it works for."""

    id: int
    reference: str
    service_code: str
    person_id: int
    subject_id: int
    hold_id: int | None
    order_no: str | None


@dataclass(frozen=True)
class Service(Generic[F]):
    """One service of the fund, as its folder declares it.

    Attributes:
        code: "<area>.<folder>", stable for ever.
        exclusion_group: no two live cases of one subject within a group.
        rules: every rule it knows; the city's policy says which are asked.
        gather: reads the facts; gets the reference of another live case of the subject, if any.
        subject: what the case would be about, None when the member has none.
        lock: locks the subject's rows, in the ledger's order, before the rules run again.
        record: the values a record page may show, by field code, masked and formatted.
        record_fields: the codes that `record` knows; a city's page may ask for no other.
        quote: what the case would pay on a business date.
        proving: the sentence a person confirms with a code or a password.
        pay_to: the receiving card in masked words.
        payee: the receiving card itself, as text that only it has: two cards may look alike.
        hold: sets the money aside and returns the hold's id.
        order: fixes the final amount and writes the payment order; returns (order_no, quote).
        release: gives the held money back.
        finish: what completes the case once the bank has paid.
        book_return: books a payment that came back.
        pays: whether the case ends in a payment.
        warning: the consequence a member must know before submitting.
        finished_text: what a member is told at the end, given the quote.
        revealable: fields whose plain value staff may ask for, as (code, label).
        reveal: gives one plain value and writes the audit row that says who asked and why.
    """

    code: str
    exclusion_group: str
    rules: tuple[Rule[F], ...]
    gather: Callable[[int, datetime, str | None], F]
    subject: Callable[[F], Subject | None]
    lock: Callable[[int], None]
    record_fields: frozenset[str]
    record: Callable[[F, Quote | None, datetime], Mapping[str, str]]
    quote: Callable[[F, Any, date], Quote]
    proving: Callable[[F, Quote], str]
    pay_to: Callable[[F], str]
    payee: Callable[[F], str]
    hold: Callable[[CaseRef, F], int]
    order: Callable[[CaseRef, F, datetime], tuple[str, Quote]]
    release: Callable[[CaseRef, datetime], None]
    finish: Callable[[CaseRef, datetime], None]
    book_return: Callable[[CaseRef, datetime], None]
    pays: bool
    warning: str
    finished_text: Callable[[Quote], str]
    revealable: tuple[tuple[str, str], ...]
    reveal: Callable[[CaseRef, str, str, Actor, datetime], str]
