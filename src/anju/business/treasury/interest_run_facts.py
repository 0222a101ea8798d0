"""What the interest board shows: where each year and each of its steps stands, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from anju import ledger, policy
from anju.business.treasury import interest_run
from anju.business.treasury.books import reader
from anju.business.treasury.interest_run import (
    BY_PEOPLE,
    PREPARE,
    RELEASE,
    STEPS,
    TELL,
    State,
)
from anju.business.treasury.models import InterestRun, InterestStep
from anju.business.treasury.progress import StepLine, line
from anju.business.treasury.two_people import FIRST, SECOND, waits_for
from anju.domain.interest import closing_trace, history
from anju.domain.interest_words import percent
from anju.domain.trace import Trace
from anju.ledger import InterestTotals
from anju.parties import facts as parties
from anju.parties.facts import PersonFacts, StaffFacts

SAMPLE = 5
TITLES = {
    PREPARE: "准备",
    FIRST: "会计签名",
    SECOND: "第二人签名",
    RELEASE: "入账",
    TELL: "通知缴存人",
}
STATE_TEXT = {"waiting": "未开始", "running": "进行中", "done": "完成"}


@dataclass(frozen=True)
class YearLine:
    """One year in the list."""

    year: int
    step: str
    is_done: bool
    accounts: int
    interest_fen: int
    signer1: str
    signer2: str


@dataclass(frozen=True)
class YearsPage:
    """The years, newest first; `due` is one that may be begun now, None for none."""

    lines: tuple[YearLine, ...]
    due: int | None


@dataclass(frozen=True)
class Sampled:
    """One account of the sample: what was proposed, and how it comes about from its lines."""

    account_id: int
    person: PersonFacts | None
    n: int
    interest_fen: int
    balance_fen: int
    trace: Trace
    agrees: bool


@dataclass(frozen=True)
class Board:
    """One year's settlement; `asks` is what this person may do now: sign or nothing."""

    year: int
    rate: str
    day_base: int
    steps: tuple[StepLine, ...]
    is_done: bool
    is_live: bool
    totals: InterestTotals | None
    fingerprint: str
    sample: tuple[Sampled, ...]
    asks: str
    asks_title: str
    may_prepare_again: bool
    waits_for: str


def years(staff_id: int) -> YearsPage:
    """The years settled in stages, newest first. Raises NotYours."""
    reader(staff_id)
    lines = []
    runs = InterestRun.objects.order_by("-year").prefetch_related("steps")
    names = parties.names_of_refs(row.who for run in runs for row in run.steps.all())
    for run in runs:
        rows = {row.step: row for row in run.steps.all()}
        current = next((step for step in STEPS if rows[step].state != State.DONE), None)
        lines.append(
            YearLine(
                run.year, TITLES[current] if current else "", current is None, run.accounts,
                run.interest_fen, names.get(rows[FIRST].who, ""), names.get(rows[SECOND].who, ""),
            )
        )  # fmt: skip
    return YearsPage(tuple(lines), interest_run.due_year())


def board(staff_id: int, year: int, *, at: datetime) -> Board:
    """One year's settlement as it stands at `at`. Raises NotYours, LookupError for no run."""
    staff = reader(staff_id)
    run = InterestRun.objects.filter(year=year).first()
    if run is None:
        raise LookupError(year)
    rows = {row.step: row for row in run.steps.all()}
    current = next((step for step in STEPS if rows[step].state != State.DONE), None)
    names = parties.names_of_refs(row.who for row in rows.values())
    prepared = rows[PREPARE].state == State.DONE
    totals = interest_run.signed_totals(run) if prepared else None
    asks, waits_for = _asked(staff, rows, current)
    return Board(
        year=year,
        rate=_rates(run),
        day_base=run.day_base,
        steps=tuple(_step(rows[step], at, names) for step in STEPS),
        is_done=current is None,
        is_live=current is not None,
        totals=totals,
        fingerprint=interest_run.fingerprint(totals) if totals else "",
        sample=_sample(run) if prepared else (),
        asks=asks,
        asks_title=TITLES[current] if current else "",
        may_prepare_again=current == FIRST,
        waits_for=waits_for,
    )


def _step(row: InterestStep, at: datetime, names: Mapping[str, str]) -> StepLine:
    asks = row.step in BY_PEOPLE and row.state == State.WAITING and row.since is not None
    text = "待签名" if asks else STATE_TEXT[row.state]
    return line(row, title=TITLES[row.step], state_text=text, at=at, names=names)


def _sample(run: InterestRun) -> tuple[Sampled, ...]:
    """Some accounts from the least interest to the most, each reckoned again from its lines."""
    found = ledger.proposals(run.year, list(ledger.interest_sample(run.year, size=SAMPLE)))
    owners = {row.id: row.person_id for row in ledger.accounts([each.account_id for each in found])}
    people = parties.people(owners.values())
    since, until = date(run.year - 1, 7, 1), date(run.year, 7, 1)
    sampled = []
    for each in found:
        title = f"{run.year}年度利息怎么算的"
        if run.terms is None:
            trace = closing_trace(
                ledger.segments(each.account_id, since=since, until=until),
                rate=each.rate,
                day_base=each.day_base,
                title=title,
            )
        else:
            trace = _traced(each.account_id, since, until, title)
        sampled.append(
            Sampled(
                each.account_id,
                people.get(owners[each.account_id]),
                each.n,
                each.interest,
                each.balance,
                trace,
                trace.total_fen == each.interest,
            )
        )
    return tuple(sampled)


def _traced(account_id: int, since: date, until: date, title: str) -> Trace:
    """A year of more than one rate, reckoned again as the policy now says."""
    opening, entries = ledger.year_of_interest(account_id, since=since, until=until)
    terms = policy.interest_terms(policy.current())
    told = history(opening, opening_on=since, entries=entries, until=until, terms=terms)
    return replace(told.trace, title=title)


def _rates(run: InterestRun) -> str:
    """The year's rate in words, or its rates with the days from which they stood."""
    terms = interest_run.year_terms(run)
    if terms is None:
        return percent(Fraction(run.rate))
    return "；".join(
        f"{each.since} 起上年结转 {percent(each.rates.carried)}、"
        f"当年归集 {percent(each.rates.current)}"
        for each in terms.stretches
    )


def _asked(
    staff: StaffFacts, rows: dict[str, InterestStep], current: str | None
) -> tuple[str, str]:
    """What this person may do now, and if nothing, for whom the year waits."""
    if current is None or current not in BY_PEOPLE:
        return "", ""
    waits = waits_for(current, staff, first=rows[FIRST].who)
    return "" if waits else "sign", waits
