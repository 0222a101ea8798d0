"""How a service declares itself: once, in its own folder, with the functions that cases calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from anju.cases.records import Mistakes, Quote
from anju.domain.rules import Rule
from anju.store.audit import Actor

F = TypeVar("F")
Answers = Mapping[str, str]
"""What was entered, by field code: 2026-11, 2026-11-20, money in fen, a ratio as 0.0800."""


@dataclass(frozen=True)
class Asked:
    """What a service is asked about.

    Attributes:
        at: the instant of the question.
        person_id: the member it is about; None where it is about an employer alone.
        employer_id: the employer an agent acts for, or whom staff named; None for a member's own.
        answers: what was entered so far; empty where nothing is entered.
        another_case: the reference of another live case of the subject, if any.
    """

    at: datetime
    person_id: int | None = None
    employer_id: int | None = None
    answers: Answers = field(default_factory=dict)
    another_case: str | None = None

    @property
    def member_id(self) -> int:
        """The member, for a service that is about one. Raises LookupError."""
        return _member(self.person_id)


@dataclass(frozen=True)
class Subject:
    """What a case is about: a member's account, an employer, a loan, or who is not there yet.

    Attributes:
        kind: "account", "employer", "loan" or "newcomer".
        id: the subject's key in its own room; of a newcomer a number that is its own for life.
        branch_code: the branch whose staff decide the case.
        employer_id: the employer concerned, whose agents may enter and follow the case; None for
            what is between a member and the fund.
    """

    kind: str
    id: int
    branch_code: str
    employer_id: int | None = None


@dataclass(frozen=True)
class CaseRef:
    """What a service may know of the case it works for.

    `decided_by` is the user who approved it, None while nobody has.
    """

    id: int
    reference: str
    service_code: str
    person_id: int | None
    employer_id: int | None
    subject_id: int
    branch_code: str
    answers: Answers
    decided_by: int | None
    hold_id: int | None
    order_no: str | None

    @property
    def member_id(self) -> int:
        """The member, for a service that is about one. Raises LookupError."""
        return _member(self.person_id)


def _member(person_id: int | None) -> int:
    if person_id is None:
        raise LookupError("this is about no member")
    return person_id


@dataclass(frozen=True)
class Payment(Generic[F]):
    """What a service that ends in a payment declares besides.

    Attributes:
        quote: what the case would pay on a business date.
        pay_to: the receiving card in masked words.
        payee: the receiving card itself, as text that only it has: two cards may look alike.
        hold: sets the money aside and returns the hold's id.
        order: fixes the final amount and writes the payment order; returns (order_no, quote).
        release: gives the held money back.
        book_return: books a payment that came back.
    """

    quote: Callable[[F, Any, date], Quote]
    pay_to: Callable[[F], str]
    payee: Callable[[F], str]
    hold: Callable[[CaseRef, F], int]
    order: Callable[[CaseRef, F, datetime], tuple[str, Quote]]
    release: Callable[[CaseRef, datetime], None]
    book_return: Callable[[CaseRef, datetime], None]


@dataclass(frozen=True)
class EntryField:
    """One thing that is entered; its code is the key of the answer.

    Attributes:
        kind: "choice", "bank" (one of the city's), "month", "day", "money", "ratio" (typed in per
            cent), "count", "text" or "long_text".
        choices: (code, label) of a choice.
        from_city: asked for the choices instead, where they are the city's.
    """

    code: str
    label: str
    kind: Literal["choice", "bank", "month", "day", "money", "ratio", "count", "text", "long_text"]
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    required: bool = True
    from_city: Callable[[], tuple[tuple[str, str], ...]] | None = None


def _as_entered(answers: Answers) -> Answers:
    return answers


@dataclass(frozen=True)
class Entry:
    """How an agent or staff at the counter enter a case for somebody.

    Attributes:
        about: whether a member must be named, or the employer alone; or a "newcomer", whom the
            books do not know yet: then only staff enter, and what they enter says who it is.
        fields: what is entered, in the order of the page. Its shape is looked at by the frame,
            what it means by the rules.
        named_by: the code of the answer by which lists call a newcomer.
        clean: a last look at the answers together; gives them back, or what to mend.
    """

    about: Literal["member", "employer", "newcomer"]
    fields: tuple[EntryField, ...]
    clean: Callable[[Answers], Answers | Mistakes] = _as_entered
    named_by: str = ""


def _says_nothing(*_: Any) -> str:
    return ""


@dataclass(frozen=True)
class Service(Generic[F]):
    """One service of the fund, as its folder declares it.

    Attributes:
        code: "<area>.<folder>", stable for ever.
        exclusion_group: no two live cases of one subject within a group.
        rules: every rule it knows; the city's policy says which are asked.
        gather: reads the facts.
        subject: what the case would be about, None where there is nothing it could be about.
        lock: locks the subject's rows, in the ledger's order, before the rules run again.
        finish: what completes the case: once the bank has paid, or at the approval.
        record: the values a record page may show, by field code, masked and formatted.
        record_fields: the codes that `record` knows; a city's page may ask for no other.
        payment: the payment in which the case ends; None where nothing is paid.
        entry: how an agent or staff enter it; None where only members apply.
        proving: the sentence a person confirms with a code or a password.
        fingerprint: what staff approve besides answers, pictures and amount; a change in it asks
            for another look.
        warning: the consequence one must know before submitting.
        finished_text: what the member is told at the end, given the quote of a payment; nothing
            where the case concerns no member.
        revealable: fields whose plain value staff may ask for, as (code, label).
        reveal: gives one plain value and writes the audit row that says who asked and why.
        number_kind: the capital letters with which its references begin.
    """

    code: str
    exclusion_group: str
    rules: tuple[Rule[F], ...]
    gather: Callable[[Asked], F]
    subject: Callable[[F], Subject | None]
    lock: Callable[[int], None]
    finish: Callable[[CaseRef, datetime], None]
    record: Callable[[F, Quote | None, datetime], Mapping[str, str]]
    record_fields: frozenset[str]
    payment: Payment[F] | None = None
    entry: Entry | None = None
    proving: Callable[[F, Quote | None], str] = _says_nothing
    fingerprint: Callable[[F], str] = _says_nothing
    warning: str = ""
    finished_text: Callable[[Quote | None], str] = _says_nothing
    revealable: tuple[tuple[str, str], ...] = ()
    reveal: Callable[[CaseRef, str, str, Actor, datetime], str] = _says_nothing
    number_kind: str = "TQ"

    def quote_of(self, facts: F, city: Any, on: date) -> Quote | None:
        """What the case would pay on a business date; None where nothing is paid."""
        return self.payment.quote(facts, city, on) if self.payment is not None else None

    def payee_of(self, facts: F) -> str:
        """The very receiver of a payment, and whatever else staff approve, as one text."""
        paid_to = self.payment.payee(facts) if self.payment is not None else ""
        return paid_to + self.fingerprint(facts)
