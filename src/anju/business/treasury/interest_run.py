"""30 June: prepared, looked at, signed by two people, released, told; and the monthly accrual.

A job works on whatever runs and stops where a person must act. Each slice and the place that it
reached are one transaction: whatever is killed is taken up where it stood, and nothing is settled,
posted or told twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db import transaction

from anju import ledger, policy
from anju.business.treasury import two_people
from anju.business.treasury.books import reader
from anju.business.treasury.interest_years import ended_year
from anju.business.treasury.models import InterestRun, InterestStep
from anju.business.treasury.models.steps import SYSTEM
from anju.business.treasury.two_people import FIRST, SECOND, Refused, may_not_sign
from anju.domain import interest
from anju.domain.vouchers import GlLine, Voucher
from anju.ledger import InterestTotals, LedgerRefusal, YearTerms
from anju.parties import messages
from anju.parties.facts import StaffFacts
from anju.store import audit, outbox

PREPARE, RELEASE, TELL = "prepare", "release", "tell"
STEPS = (PREPARE, FIRST, SECOND, RELEASE, TELL)
BY_PEOPLE = frozenset({FIRST, SECOND})
TASK = "interest.run"
AT_ONCE = 5_000
SHEET = 10_000
"""Accounts of one slice, which take a tenth of a second: one by one, and as a sheet."""
TOLD_AT_ONCE = 500
State = InterestStep.State
Instant = Callable[[], datetime]


@dataclass(frozen=True)
class Slices:
    """How many accounts are worked on in one transaction."""

    settled: int = SHEET
    told: int = TOLD_AT_ONCE


# -- the job ----------------------------------------------------------------------------------


def run(instant: Instant, *, slices: Slices = Slices()) -> int:
    """Take every run as far as it goes without people; returns how many slices were worked.

    Args:
        instant: asked for the instant whenever a slice begins.
        slices: how many accounts at once.
    """
    worked = 0
    for year in InterestRun.objects.order_by("year").values_list("year", flat=True):
        for step in STEPS:
            while _slice(year, step, instant(), slices):
                worked += 1
            if not InterestStep.objects.filter(run=year, step=step, state=State.DONE).exists():
                break
    return worked


def _slice(year: int, step: str, at: datetime, slices: Slices) -> bool:
    """Work one slice of a running step; False when there is nothing to do in it now."""
    with transaction.atomic():
        row = _locked(year, step, State.RUNNING)
        if row is None:
            return False
        _WORK[step](row, at, slices)
    return True


def _locked(year: int, step: str, state: str) -> InterestStep | None:
    """The step's row, locked, if it is in a state; None while another worker is at it."""
    rows = InterestStep.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.select_related("run").filter(run=year, step=step, state=state).first()


def _prepare(row: InterestStep, at: datetime, slices: Slices) -> None:
    last, proposed = ledger.propose_interest(
        after=row.reached, span=slices.settled, rate=Fraction(row.run.rate),
        day_base=row.run.day_base, terms=year_terms(row.run),
    )  # fmt: skip
    if last is not None:
        row.reached, row.counted = last, row.counted + proposed
        row.save(update_fields=["reached", "counted"])
        return
    totals = ledger.interest_totals(row.run_id)
    run_ = row.run
    run_.accounts, run_.day_product = totals.accounts, totals.n
    run_.interest_fen, run_.balance_fen = totals.interest, totals.balance
    run_.save()
    row.total = row.counted
    _finish(row, at)
    _begin(row.run_id, FIRST, "", at)


def _release(row: InterestStep, at: datetime, slices: Slices) -> None:
    year, who = row.run_id, _signers(row.run_id)
    ledger.open_interest(year)
    posted = ledger.release_interest(year, maker=who[0], checker=who[1], occurred_at=at)
    if posted:
        row.counted += posted
        row.save(update_fields=["counted"])
        return
    ledger.close_interest(year)
    row.counted = row.total
    _finish(row, at)
    _begin(year, TELL, SYSTEM, at, total=row.run.accounts)


def _tell(row: InterestStep, at: datetime, slices: Slices) -> None:
    found = ledger.settled_accounts(row.run_id, after=row.reached, limit=slices.told)
    if not found:
        row.counted = row.total
        _finish(row, at)
        return
    for account in ledger.accounts(found):
        if account.state != "closed":
            text = f"您的公积金账户{row.run_id}年度利息已结转本金，详情请登录网上服务大厅查看。"
            messages.send_sms(account.person_id, kind="treasury.interest", text=text, at=at)
    row.reached, row.counted = found[-1], row.counted + len(found)
    row.save(update_fields=["reached", "counted"])


_WORK: dict[str, Callable[[InterestStep, datetime, Slices], None]] = {
    PREPARE: _prepare,
    RELEASE: _release,
    TELL: _tell,
}


def _begin(year: int, step: str, who: str, at: datetime, *, total: int = 0) -> None:
    state = State.WAITING if step in BY_PEOPLE else State.RUNNING
    InterestStep.objects.filter(run=year, step=step).update(
        state=state, who=who, since=at, total=total
    )


def _finish(row: InterestStep, at: datetime) -> None:
    row.state, row.finished = State.DONE, at
    row.save()


def settle_stragglers(at: datetime) -> int:
    """Settle accounts that came back after their year's release, and restate what is open.

    Each account by itself and again tomorrow if it cannot be today; returns how many.
    """
    done = 0
    for account_id in ledger.unsettled_accounts(limit=AT_ONCE):
        year = ledger.account(account_id).interest_from.year
        run_ = InterestRun.objects.filter(
            year=year, steps__step=RELEASE, steps__state=State.DONE
        ).first()
        if run_ is not None:
            ledger.settle_year(
                account_id, rate=Fraction(run_.rate), day_base=run_.day_base, occurred_at=at,
                terms=year_terms(run_),
            )  # fmt: skip
            done += 1
    for account_id in ledger.accounts_to_restate(limit=AT_ONCE):
        ledger.restate(account_id, occurred_at=at)
        done += 1
    return done


# -- what people do ---------------------------------------------------------------------------


def due_year() -> int | None:
    """The interest year that has ended, is not settled and has no run yet; None for none."""
    year = interest.year_start(ledger.business_date()).year
    if InterestRun.objects.filter(year=year).exists() or not ledger.unsettled_accounts(limit=1):
        return None
    return year


def begin(year: int, *, staff_id: int, at: datetime) -> Refused | None:
    """Begin the settlement of a year whose 30 June has passed. Raises NotYours."""
    staff = reader(staff_id)
    if year != due_year():
        return Refused("这个年度的结息已经开始，或者还没有到 7 月 1 日，请刷新页面。")
    told = ended_year(year)
    with transaction.atomic():
        run_, new = InterestRun.objects.get_or_create(
            year=year,
            defaults={
                "rate": str(told.rate), "day_base": told.day_base,
                "terms": None if told.terms is None else told.terms.kept(),
            },
        )  # fmt: skip
        if not new:
            return Refused("这个年度的结息已经开始，请刷新页面。")
        InterestStep.objects.bulk_create(InterestStep(run=run_, step=step) for step in STEPS)
        _begin(year, PREPARE, staff.ref, at, total=ledger.accounts_to_settle(year))
        _keep("interest.begin", staff, year, at)
        outbox.defer(TASK)
    return None


def year_terms(run_: InterestRun) -> YearTerms | None:
    """The rates of a year that had more than one; None for a year of one rate."""
    return None if run_.terms is None else YearTerms.from_kept(run_.terms)


def prepare_again(year: int, *, staff_id: int, at: datetime) -> Refused | None:
    """Reckon every proposal again, before anybody has signed. Raises NotYours."""
    staff = reader(staff_id)
    with transaction.atomic():
        first = _locked(year, FIRST, State.WAITING)
        if first is None or first.since is None:
            return Refused("已有人签名或仍在准备，不能重新准备，请刷新页面。")
        first.since, first.who = None, ""
        first.save()
        InterestStep.objects.filter(run=year, step=PREPARE).update(
            state=State.RUNNING, counted=0, reached=0, finished=None
        )
        _begin(year, PREPARE, staff.ref, at, total=ledger.accounts_to_settle(year))
        _keep("interest.prepare_again", staff, year, at)
        outbox.defer(TASK)
    return None


def sign(year: int, *, staff_id: int, totals: str, at: datetime) -> Refused | None:
    """The first or the second signature under the control totals that were shown.

    The first is an accountant's, the second another person's; the release follows it. Raises
    NotYours.
    """
    staff = reader(staff_id)
    with transaction.atomic():
        row = _locked(year, FIRST, State.WAITING)
        if row is None or row.since is None:
            row = _locked(year, SECOND, State.WAITING)
        if row is None or row.since is None:
            return Refused("现在不需要签名，请刷新页面。")
        refused = _may_not_sign(row, staff, totals)
        if refused is not None:
            return refused
        row.who = staff.ref
        _finish(row, at)
        if row.step == FIRST:
            _begin(year, SECOND, "", at)
        else:
            _begin(year, RELEASE, SYSTEM, at, total=row.run.accounts)
            outbox.defer(TASK)
        _keep(f"interest.sign_{row.step}", staff, year, at)
    return None


def _may_not_sign(row: InterestStep, staff: StaffFacts, totals: str) -> Refused | None:
    now = ledger.interest_totals(row.run_id)
    if totals != fingerprint(now) or totals != fingerprint(signed_totals(row.run)):
        return Refused("合计与准备时不同，请刷新页面；首签前可以重新准备。")
    return may_not_sign(row.step, staff, first=_signers(row.run_id)[0])


def fingerprint(totals: InterestTotals) -> str:
    """The four control totals as one text: what a signature stands under."""
    return f"{totals.accounts}/{totals.n}/{totals.interest}/{totals.balance}"


def signed_totals(run_: InterestRun) -> InterestTotals:
    """The control totals of the last preparation."""
    return InterestTotals(
        run_.accounts, int(run_.day_product), run_.interest_fen, run_.balance_fen, 0
    )


def _signers(year: int) -> tuple[str, str]:
    by_step = dict(InterestStep.objects.filter(run=year).values_list("step", "who"))
    return by_step[FIRST], by_step[SECOND]


def _keep(action: str, staff: StaffFacts, year: int, at: datetime) -> None:
    two_people.keep(action, staff.user_id, subject=audit.Subject("interest_run", str(year)), at=at)


# -- the month --------------------------------------------------------------------------------


def accrue(at: datetime) -> int | None:
    """Accrue what was earned until the first of the month (计提): Dr 41101, Cr 211, once a month.

    What 211 holds is brought to what all living accounts have earned and were not given yet, so
    that a correction of an earlier month is made good in the next. Returns the fen posted, which
    may be below zero; None when the month has been accrued.
    """
    until = ledger.business_date().replace(day=1)
    month = f"{until - timedelta(days=1):%Y-%m}"
    if ledger.booked("interest.accrual", source_type="month", source_id=month):
        return None
    terms = policy.interest_terms(policy.current())
    with transaction.atomic():
        earned = ledger.interest_earned(
            until, rate=terms.rates(until).current, day_base=terms.day_base.on(until).value
        )
        fen = earned + ledger.control_total("211")
        if fen:
            voucher = Voucher(
                "interest.accrual", source_type="month", source_id=month, occurred_at=at,
                gl=(GlLine("41101", fen), GlLine("211", -fen)), summary=f"{month}计提利息",
            )  # fmt: skip
            try:
                with transaction.atomic():
                    ledger.post([voucher], key=month, scope="interest.accrual")
            except LedgerRefusal as refusal:
                if refusal.code != "ledger.key_reused":
                    raise
                return None
    return fen
