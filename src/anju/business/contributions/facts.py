"""What other areas and halls may know of an enrolment and its account."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from anju import ledger, policy
from anju.business.contributions import consecutive, deferrals, freezes
from anju.business.contributions.flexible import agreements
from anju.business.contributions.models import EmployerAccount, Enrolment
from anju.cases.records import Value
from anju.domain.contribution import amounts, month_words, ratio_words
from anju.domain.money import yuan
from anju.domain.trace import Trace, TraceRow
from anju.parties import facts as parties

ACCOUNT_FIELDS = frozenset(
    {
        "account_no",
        "name",
        "id_number",
        "employer",
        "account_state",
        "base",
        "member_ratio",
        "employer_ratio",
        "monthly_amount",
        "paid_through",
        "consecutive_months",
        "balance",
    }
)
"""The field codes the account page may ask for."""

TRACED = frozenset({"balance", "monthly_amount"})
"""The amounts of the account page that a member can have explained."""


@dataclass(frozen=True)
class EnrolmentFacts:
    """A member's enrolment.

    Attributes:
        amounts_from: the month by whose rounding the month's amounts were reckoned.
        seal_reason: "" while contributing, else "retired", "left" or "unpaid_leave".
        stop_approved_on: when the branch approved the stop of contributions, if it did.
        first_month: the month from which this employer pays; None where another system kept it.
    """

    account_id: int
    account_no: str
    employer_id: int
    employer_name: str
    branch_code: str
    base_fen: int
    member_ratio: Fraction
    employer_ratio: Fraction
    member_month_fen: int
    employer_month_fen: int
    amounts_from: date
    paid_through: date | None
    sealed_on: date | None
    seal_reason: str
    stop_approved_on: date | None
    stop_approved_by: str
    first_month: date | None = None

    @property
    def month_fen(self) -> int:
        """What is paid in each month, both parts together, in fen."""
        return self.member_month_fen + self.employer_month_fen


@dataclass(frozen=True)
class MovementLine:
    """One movement as the member reads it; money in whole fen, + in and − out."""

    on: date
    title: str
    amount_fen: int
    balance_fen: int
    note: str


@dataclass(frozen=True)
class MovementsPage:
    """A slice of one year's movements, newest first, with the year's totals."""

    years: tuple[int, ...]
    year: int
    lines: tuple[MovementLine, ...]
    in_fen: int
    out_fen: int
    next_before: str | None


@dataclass(frozen=True)
class AccountPage:
    """The account page in the city's order and under its labels; `freezes` one line a paper,
    `flexible` how somebody pays for himself.

    `deferred` are the months that the employer defers now, "" where it defers none.
    """

    title: str
    fields: tuple[Value, ...]
    balance_fen: int
    state_text: str
    paid_through: str
    queried_at: datetime
    query_time_label: str | None
    freezes: tuple[str, ...] = ()
    flexible: tuple[str, ...] = ()
    deferred: str = ""


@dataclass(frozen=True)
class Overview:
    """The first thing a member sees."""

    balance_fen: int | None
    state_text: str
    paid_through_text: str
    recent: tuple[MovementLine, ...]
    as_of: date


def enrolment(person_id: int) -> EnrolmentFacts | None:
    """The member's present enrolment, or the last one when the account is closed."""
    row = (
        Enrolment.objects.filter(person_id=person_id)
        .select_related("employer")
        .order_by("-id")
        .first()
    )
    if row is None:
        return None
    return EnrolmentFacts(
        account_id=row.account_id,
        account_no=row.account_no,
        employer_id=row.employer_id,
        employer_name=row.employer.name,
        branch_code=row.branch_code,
        base_fen=row.base_fen,
        member_ratio=Fraction(row.member_ratio),
        employer_ratio=Fraction(row.employer_ratio),
        member_month_fen=row.member_month_fen,
        employer_month_fen=row.employer_month_fen,
        amounts_from=row.amounts_from,
        paid_through=row.paid_through,
        sealed_on=row.sealed_on,
        seal_reason=row.seal_reason,
        stop_approved_on=row.stop_approved_on,
        stop_approved_by=row.stop_approved_by,
        first_month=row.first_month,
    )


def person_of_account(account_no: str) -> int | None:
    """Whose account has this number, a closed one too; None where there is no such account."""
    found = Enrolment.objects.filter(account_no=account_no).values_list("person_id", flat=True)
    return found.first()


def employer_of_account(number: str) -> int | None:
    """Whose employer account has this number, a closed one too; None where there is none such."""
    found = EmployerAccount.objects.filter(number=number.strip().upper())
    return found.values_list("employer_id", flat=True).first()


def _month(day: date | None) -> str:
    return month_words(day) if day is not None else "—"


def account_state_text(state: str) -> str:
    """What the city's screens call a state of an account."""
    return policy.current().words.account_states.get(state, state)


def state_text(account: ledger.AccountRow) -> str:
    """How an account stands; one that went into another is told apart from one paid out."""
    is_merged = account.state == "closed" and ledger.merged_of([account.id])
    return account_state_text("merged" if is_merged else account.state)


def account_page(person_id: int, *, at: datetime) -> AccountPage | None:
    """The member's account as the city's page shows it, None without an account."""
    facts = enrolment(person_id)
    if facts is None:
        return None
    account = ledger.account(facts.account_id)
    page = policy.current().account
    person, full_name = parties.person_by_name(person_id)
    state = state_text(account)
    agreement = agreements.of_person(person_id)
    months = consecutive.of_account(account.id, on=ledger.business_date())
    texts = {
        "account_no": (facts.account_no, "text"),
        "name": (full_name, "text"),
        "id_number": (str(person.id_number), "text"),
        "employer": (facts.employer_name, "text"),
        "account_state": (state, "text"),
        "base": (yuan(facts.base_fen), "money"),
        "member_ratio": (ratio_words(facts.member_ratio), "text"),
        "employer_ratio": (ratio_words(facts.employer_ratio), "text"),
        "monthly_amount": (yuan(facts.month_fen), "money"),
        "paid_through": (_month(facts.paid_through), "text"),
        "consecutive_months": (consecutive.words(months), "text"),
        "balance": (yuan(account.balance), "money"),
    }
    return AccountPage(
        title=page.title,
        fields=tuple(
            Value(f.code, f.label, *texts[f.code], has_trace=f.code in TRACED) for f in page.fields
        ),
        balance_fen=account.balance,
        state_text=state,
        paid_through=_month(facts.paid_through),
        queried_at=at,
        query_time_label=page.query_time,
        freezes=tuple(each.text for each in freezes.live(account.id, on=ledger.business_date())),
        flexible=agreement.lines if agreement is not None else (),
        deferred=_deferred(facts) if account.state == "open" else "",
    )


def _deferred(facts: EnrolmentFacts) -> str:
    found = deferrals.for_employee(facts.employer_id, facts.first_month)
    return "、".join(each.text for each in found if not each.is_over)


def trace(person_id: int, code: str) -> Trace | None:
    """How an amount of the account page comes about (怎么算的), None for what has no sum.

    Args:
        person_id: the member.
        code: "balance" or "monthly_amount".
    """
    facts = enrolment(person_id)
    if facts is None or code not in TRACED:
        return None
    return _balance_trace(facts) if code == "balance" else _month_trace(facts)


def _balance_trace(facts: EnrolmentFacts) -> Trace:
    """What the interest year began with, and what each kind of movement added since."""
    account = ledger.account(facts.account_id)
    since = account.interest_from
    kinds = policy.current().words.movement_kinds
    before, sums = ledger.movement_sums(facts.account_id, since=since)
    rows = [TraceRow("此前余额", f"{since:%Y年%m月%d日} 以前各笔之和", before)]
    rows += [
        TraceRow(kinds.get(kind, kind), f"{since:%Y年%m月%d日} 以来 {lines} 笔", fen)
        for kind, lines, fen in sums
    ]
    parts = [before, *(fen for _, _, fen in sums)]
    rows.append(TraceRow("账户余额", " ＋ ".join(yuan(part) for part in parts), sum(parts)))
    return Trace("账户余额怎么算的", tuple(rows), sum(parts))


def _month_trace(facts: EnrolmentFacts) -> Trace:
    """Base × ratio, each part rounded as it was when the amounts were reckoned, then added."""
    terms = policy.contribution_terms(policy.current())
    sums = amounts(
        facts.base_fen,
        member_ratio=facts.member_ratio,
        employer_ratio=facts.employer_ratio,
        rounding=terms.rounding(facts.amounts_from),
    )
    return Trace("月缴存额怎么算的", sums.rows, sums.month_fen)


def movements(
    person_id: int, *, year: int | None, before: str | None, limit: int = 20
) -> MovementsPage | None:
    """The member's movements of one year, newest first; the latest year by default.

    Args:
        person_id: the member.
        year: a calendar year of the books.
        before: `next_before` of the page before; anything else begins at the newest.
        limit: rows of one page.
    """
    facts = enrolment(person_id)
    if facts is None:
        return None
    years = ledger.years_with_movements(facts.account_id)
    chosen = year if year in years else (years[0] if years else ledger.business_date().year)
    try:
        found = ledger.movements(facts.account_id, year=chosen, before=before, limit=limit + 1)
    except ValueError:
        found = ledger.movements(facts.account_id, year=chosen, limit=limit + 1)
    shown = found[:limit]
    in_fen, out_fen = ledger.movement_totals(facts.account_id, year=chosen)
    return MovementsPage(
        years=tuple(years),
        year=chosen,
        lines=tuple(_line(row) for row in shown),
        in_fen=in_fen,
        out_fen=out_fen,
        next_before=shown[-1].cursor if len(found) > limit else None,
    )


def _line(row: "ledger.Movement") -> MovementLine:
    kinds = policy.current().words.movement_kinds
    note = ""
    if row.value_date != row.accounting_date:
        note = f"自 {row.value_date:%Y年%m月%d日} 起计息"
    return MovementLine(
        on=row.accounting_date,
        title=kinds.get(row.kind, row.kind),
        amount_fen=row.amount,
        balance_fen=row.balance_after,
        note=note,
    )


def overview(person_id: int, *, at: datetime) -> Overview:
    """Balance, state and the latest movements; a member without an account has none."""
    on = ledger.business_date()
    facts = enrolment(person_id)
    if facts is None:
        return Overview(None, "尚未开户", "—", (), on)
    account = ledger.account(facts.account_id)
    page = movements(person_id, year=None, before=None, limit=3)
    return Overview(
        balance_fen=account.balance,
        state_text=state_text(account),
        paid_through_text=_month(facts.paid_through),
        recent=page.lines if page is not None else (),
        as_of=on,
    )
