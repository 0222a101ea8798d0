"""The day end with open halls: flipped, proven, hashed, breaks seen, rooted, signed twice, sealed.

A job walks every closing day through the steps that need nobody and stops where a person must act;
people acknowledge and sign on the board. Whatever is interrupted is taken up again: each step's
work and its "done" are one transaction, and the ledger does nothing twice.

What 30 June's settlement posts to that day is its adjustments: a segment of the day with an end of
its own, which is proven, signed and sealed once the settlement is released.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from anju import ledger
from anju.business.treasury import bank_accounts, every_account, reconciliation, two_people
from anju.business.treasury.books import reader
from anju.business.treasury.models import Break, DayEndStep
from anju.business.treasury.models.steps import SYSTEM
from anju.business.treasury.two_people import FIRST, SECOND, Refused, may_not_sign
from anju.domain.calendar import SHANGHAI
from anju.domain.money import yuan
from anju.ledger import LedgerRefusal
from anju.parties.facts import StaffFacts
from anju.store import audit
from anju.store.keyring import KeyringError

FLIPPED, PROOFS, LEAVES, BREAKS = "flipped", "proofs", "leaves", "breaks"
RECONCILED, ROOT, SEALED = "reconciled", "root", "sealed"
STEPS = (FLIPPED, PROOFS, LEAVES, RECONCILED, BREAKS, ROOT, FIRST, SECOND, SEALED)
_OF_ADJUSTMENTS = (PROOFS, LEAVES, ROOT, FIRST, SECOND, SEALED)
BY_PEOPLE = frozenset({BREAKS, FIRST, SECOND})
"""Steps that wait for somebody; BREAKS only when there are any."""

TRY_AGAIN_AFTER = timedelta(minutes=10)
"""A step that failed is tried again by itself after so long, or at once when somebody asks."""
NOTE_MIN, NOTE_MAX = 4, 500
_SHOWN_BREAKS = 5
State = DayEndStep.State
Instant = Callable[[], datetime]


class Unit(NamedTuple):
    """What is sealed at once: a day's own vouchers, or its adjustments."""

    day: date
    segment: str = "day"

    @property
    def key(self) -> str:
        """As addresses and the audit trail name it: 2027-06-30, 2027-06-30-adjustment."""
        return self.day.isoformat() + ("" if self.segment == "day" else f"-{self.segment}")

    @property
    def steps(self) -> tuple[str, ...]:
        """What its end consists of; adjustments meet no bank and flip no date."""
        return STEPS if self.segment == "day" else _OF_ADJUSTMENTS

    @property
    def words(self) -> str:
        """As people name it."""
        return f"{self.day:%Y年%m月%d日}" + ("" if self.segment == "day" else "调整期")


def unit(key: str) -> Unit:
    """What an address names. Raises ValueError."""
    day, adjustment = key[:10], key[10:]
    if adjustment not in ("", "-adjustment"):
        raise ValueError(key)
    return Unit(date.fromisoformat(day), "adjustment" if adjustment else "day")


# -- the job ----------------------------------------------------------------------------------


def run(instant: Instant, *, hash_at_once: int = 50_000) -> int:
    """Take every closing day as far as it goes without people; returns how many steps were done.

    Args:
        instant: asked for the instant whenever a step begins or ends.
        hash_at_once: vouchers hashed in one transaction; progress is seen between them.
    """
    done = 0
    for row in ledger.days_to_seal():
        of = Unit(row.day, row.segment)
        _open_steps(of)
        for step in of.steps:
            if not _take(of, step, instant, hash_at_once):
                break
            done += 1
    return done


def steps_of(of: Unit) -> QuerySet[DayEndStep]:
    """What is kept of the end of a day or of its adjustments."""
    return DayEndStep.objects.filter(day=of.day, segment=of.segment)


def _open_steps(of: Unit) -> None:
    if steps_of(of).count() < len(of.steps):
        DayEndStep.objects.bulk_create(
            (DayEndStep(day=of.day, segment=of.segment, step=step) for step in of.steps),
            ignore_conflicts=True,
        )


def _take(of: Unit, step: str, instant: Instant, hash_at_once: int) -> bool:
    """Bring one step to its end; False when it is not there yet."""
    # Looked up without a lock first: most steps of a day that waits for people are done.
    if steps_of(of).filter(step=step, state=State.DONE).exists():
        return True
    if not _begin(of, step, instant()):
        return False
    if step == LEAVES:
        return _hash(of, instant, hash_at_once)
    if step == RECONCILED:
        return _reconcile(of, instant)
    try:
        with transaction.atomic():
            row = _mine(of, step)
            if row is None:
                return False
            waits_for = _WORK[step](of, row)
            if waits_for is None:
                _finish(row, instant())
                return True
            row.state, row.note = State.WAITING, waits_for
            row.save()
    except (LedgerRefusal, KeyringError, _Failed) as refusal:
        _failed(of, step, _words(refusal), instant())
    return False


def _begin(of: Unit, step: str, at: datetime) -> bool:
    """Commit that a step is being worked on; False when there is nothing to do for it now."""
    with transaction.atomic():
        row = _mine(of, step)
        if row is None or row.state == State.DONE:
            return False
        if step in BY_PEOPLE and row.state == State.WAITING and row.since is not None:
            return False
        if row.state == State.FAILED and row.since and at < row.since + TRY_AGAIN_AFTER:
            return False
        if row.state != State.RUNNING:
            row.state, row.since, row.who = State.RUNNING, at, row.who or SYSTEM
            row.save(update_fields=["state", "since", "who"])
    return True


def _mine(of: Unit, step: str) -> DayEndStep | None:
    """The step's row, locked; None when another worker is at it."""
    return steps_of(of).select_for_update(skip_locked=True).filter(step=step).first()


def _finish(row: DayEndStep, at: datetime) -> None:
    row.state, row.finished = State.DONE, at
    row.save()


def _failed(of: Unit, step: str, text: str, at: datetime) -> None:
    """Say what is wrong on the board; a failure is tried again later."""
    steps_of(of).filter(step=step).exclude(state=State.DONE).update(
        state=State.FAILED, since=at, note=text
    )


# -- what each step does ----------------------------------------------------------------------


class _Failed(Exception):
    """What does not hold, in words for the board."""


def _flipped(of: Unit, row: DayEndStep) -> None:
    """That the day is closing says that its date has flipped."""


def _prove(of: Unit, row: DayEndStep) -> str | None:
    found = ledger.prove_day(of.day)
    row.note = "借贷、明细账、试算平衡、控制账均相符"
    if not found:
        return None
    shown = [f"{each.kind}：{each.what}：{each.detail}" for each in found[:_SHOWN_BREAKS]]
    more = f"\n共 {len(found)} 项" if len(found) > _SHOWN_BREAKS else ""
    raise _Failed("\n".join(shown) + more)


def _hash(of: Unit, instant: Instant, at_once: int) -> bool:
    """Hash the day's vouchers slice by slice; the board sees how far it is."""
    while True:
        with transaction.atomic():
            row = _mine(of, LEAVES)
            if row is None:
                return False
            if row.state == State.DONE:
                return True
            row.counted, row.total = ledger.hash_vouchers(of.day, segment=of.segment, limit=at_once)
            if row.counted == row.total:
                _finish(row, instant())
                return True
            row.save(update_fields=["counted", "total"])


def _reconcile(of: Unit, instant: Instant) -> bool:
    """Lay each account's day beside its statement; the bank is asked outside of transactions."""
    try:
        found = every_account.catch_up(of.day, at=instant())
    except (reconciliation.NotYet, every_account.NoStatement) as problem:
        _failed(of, RECONCILED, str(problem), instant())
        return False
    with transaction.atomic():
        row = _mine(of, RECONCILED)
        if row is None:
            return False
        row.note = _told(found) if found else "对账从这一天之后开始"
        _finish(row, instant())
    return True


def _told(found: tuple[reconciliation.Reconciled, ...]) -> str:
    """What the sheets of a day say, a line for each account."""
    names = {each.number: each.choice for each in bank_accounts.known().values()}
    lines = [
        f"{names[each.account]}：本中心 {yuan(each.sheet.adjusted_books_fen)}，"
        f"银行 {yuan(each.sheet.adjusted_bank_fen)}"
        for each in found
    ]
    return "\n".join(("调节后余额（元）", *lines))


def _look_at_breaks(of: Unit, row: DayEndStep) -> str | None:
    row.total = open_breaks(of.day)
    if row.total == 0:
        row.note = "没有未处理的付款或对账异常"
        return None
    row.who = ""
    return f"{row.total} 项付款或对账异常待确认"


def _root(of: Unit, row: DayEndStep) -> str | None:
    before = _sealed_before(of)
    if before is not None:
        row.since = None
        return f"等待 {before.words} 先封账"
    row.note = ledger.root_day(of.day, segment=of.segment).hex()
    return None


def _sealed_before(of: Unit) -> Unit | None:
    """What must be sealed first: every earlier day, and whatever is about to be signed."""
    for row in ledger.days_to_seal():
        other = Unit(row.day, row.segment)
        is_earlier = other.segment == "day" and other.day <= of.day
        if other != of and (is_earlier or row.root is not None):
            return other
    return None


def _asks_for_signature(of: Unit, row: DayEndStep) -> str:
    row.who = ""
    return "等待签名"


def _seal(of: Unit, row: DayEndStep) -> None:
    second, root = steps_of(of).get(step=SECOND), bytes.fromhex(_root_of(of))
    sealed = ledger.seal_day(of.day, segment=of.segment, signer=second.who, root=root)
    row.note = sealed.signature or ""


_WORK: dict[str, Callable[[Unit, DayEndStep], str | None]] = {
    FLIPPED: _flipped,
    PROOFS: _prove,
    BREAKS: _look_at_breaks,
    ROOT: _root,
    FIRST: _asks_for_signature,
    SECOND: _asks_for_signature,
    SEALED: _seal,
}


def open_breaks(day: date) -> int:
    """Findings that were open when `day` ended, and those that its reconciliation found."""
    midnight = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    reconciled = DayEndStep.objects.filter(day=day, step=RECONCILED, finished__isnull=False)
    until = max((*reconciled.values_list("finished", flat=True), midnight))
    found = Q(found_at__lt=midnight) | Q(found_at__lte=until, kind__in=reconciliation.KINDS)
    return Break.objects.filter(found, closed_at__isnull=True).count()


def _root_of(of: Unit) -> str:
    return steps_of(of).get(step=ROOT).note


def _words(refusal: Exception) -> str:
    if isinstance(refusal, KeyringError):
        return f"密钥环里没有封账密钥：{refusal}"
    if not isinstance(refusal, LedgerRefusal):
        return str(refusal)
    said = {
        "ledger.day_unproven": "账务核对不符",
        "ledger.day_order": "前一日尚未封账",
        "ledger.root_changed": "根值已变",
        "ledger.signed_already": "已有他人签名",
        "ledger.maker_is_checker": "两次签名不能是同一人",
    }
    return f"{said.get(refusal.code, refusal.code)}：{refusal.detail}"


# -- what people do ---------------------------------------------------------------------------


def acknowledge(of: Unit, *, staff_id: int, note: str, at: datetime) -> Refused | None:
    """Somebody has seen the day's open breaks and says what becomes of them.

    Raises NotYours for whoever may not sign days.
    """
    staff = reader(staff_id)
    if not NOTE_MIN <= len(note.strip()) <= NOTE_MAX:
        return Refused(f"说明请写 {NOTE_MIN} 至 {NOTE_MAX} 字。")
    with transaction.atomic():
        row = _waiting(of, BREAKS)
        if row is None:
            return Refused("这一步已经处理过，请刷新页面。")
        _act(row, staff, at, note.strip())
    return None


def sign(of: Unit, *, staff_id: int, root: str, at: datetime) -> Refused | None:
    """The first or the second signature under the root that the signer was shown, in hex.

    The first is an accountant's, the second another person's; the job seals the day after it.
    Raises NotYours for whoever may not sign days.
    """
    staff = reader(staff_id)
    try:
        return _sign(of, staff, root, at)
    except LedgerRefusal as refusal:
        return Refused(f"{_words(refusal)}。")


def _sign(of: Unit, staff: StaffFacts, root: str, at: datetime) -> Refused | None:
    with transaction.atomic():
        row = _waiting(of, FIRST) or _waiting(of, SECOND)
        if row is None:
            return Refused("现在不需要签名，请刷新页面。")
        if root != _root_of(of):
            return Refused("根值与您看到的不同，请刷新页面后重新核对。")
        first = steps_of(of).get(step=FIRST).who
        refused = may_not_sign(row.step, staff, first=first)
        if refused is not None:
            return refused
        if row.step == FIRST:
            ledger.sign_day(of.day, segment=of.segment, signer=staff.ref, root=bytes.fromhex(root))
        _act(row, staff, at, "")
    return None


def try_again(of: Unit, *, staff_id: int, at: datetime) -> Refused | None:
    """Let the job take up a failed step at once instead of in ten minutes. Raises NotYours."""
    staff = reader(staff_id)
    with transaction.atomic():
        rows = steps_of(of).select_for_update().filter(state=State.FAILED)
        steps = [row.step for row in rows]
        if not steps:
            return Refused("没有失败的步骤，请刷新页面。")
        rows.update(state=State.WAITING, since=None)
        for step in steps:
            _keep(f"day_end.{step}.again", staff, of, at)
    return None


def _waiting(of: Unit, step: str) -> DayEndStep | None:
    """The step's row, locked, if it waits for somebody now."""
    rows = steps_of(of).select_for_update()
    return rows.filter(step=step, state=State.WAITING, since__isnull=False).first()


def _act(row: DayEndStep, staff: StaffFacts, at: datetime, note: str) -> None:
    row.who, row.note = staff.ref, note
    _finish(row, at)
    _keep(f"day_end.{row.step}", staff, Unit(row.day, row.segment), at)


def _keep(action: str, staff: StaffFacts, of: Unit, at: datetime) -> None:
    subject = audit.Subject("business_day", of.key)
    two_people.keep(action, staff.user_id, subject=subject, at=at)
