"""The day end with open halls: flipped, proven, hashed, breaks seen, rooted, signed twice, sealed.

A job walks every closing day through the steps that need nobody and stops where a person must act;
people acknowledge and sign on the board. Whatever is interrupted is taken up again: each step's
work and its "done" are one transaction, and the ledger does nothing twice.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from anju import ledger
from anju.business.treasury import reconciliation, two_people
from anju.business.treasury.models import Break, DayEndStep
from anju.business.treasury.two_people import FIRST, SECOND, Refused, may_not_sign, signer
from anju.domain.calendar import SHANGHAI
from anju.domain.money import yuan
from anju.ledger import LedgerRefusal
from anju.parties.facts import StaffFacts
from anju.ports.bank import BankUnreachable
from anju.store import audit
from anju.store.keyring import KeyringError

FLIPPED, PROOFS, LEAVES, BREAKS = "flipped", "proofs", "leaves", "breaks"
RECONCILED, ROOT, SEALED = "reconciled", "root", "sealed"
STEPS = (FLIPPED, PROOFS, LEAVES, RECONCILED, BREAKS, ROOT, FIRST, SECOND, SEALED)
BY_PEOPLE = frozenset({BREAKS, FIRST, SECOND})
"""Steps that wait for somebody; BREAKS only when there are any."""

TRY_AGAIN_AFTER = timedelta(minutes=10)
"""A step that failed is tried again by itself after so long, or at once when somebody asks."""
NOTE_MIN, NOTE_MAX = 4, 500
_SYSTEM = "系统"
_SHOWN_BREAKS = 5
State = DayEndStep.State
Instant = Callable[[], datetime]


# -- the job ----------------------------------------------------------------------------------


def run(instant: Instant, *, hash_at_once: int = 50_000) -> int:
    """Take every closing day as far as it goes without people; returns how many steps were done.

    Args:
        instant: asked for the instant whenever a step begins or ends.
        hash_at_once: vouchers hashed in one transaction; progress is seen between them.
    """
    done = 0
    for day in ledger.days_to_seal():
        _open_steps(day, instant)
        for step in STEPS:
            if not _take(day, step, instant, hash_at_once):
                break
            done += 1
    return done


def _open_steps(day: date, instant: Instant) -> None:
    if DayEndStep.objects.filter(day=day).count() == len(STEPS):
        return
    DayEndStep.objects.bulk_create(
        (DayEndStep(day=day, step=step) for step in STEPS), ignore_conflicts=True
    )


def _take(day: date, step: str, instant: Instant, hash_at_once: int) -> bool:
    """Bring one step to its end; False when it is not there yet."""
    # Looked up without a lock first: most steps of a day that waits for people are done.
    if DayEndStep.objects.filter(day=day, step=step, state=State.DONE).exists():
        return True
    if not _begin(day, step, instant()):
        return False
    if step == LEAVES:
        return _hash(day, instant, hash_at_once)
    if step == RECONCILED:
        return _reconcile(day, instant)
    try:
        with transaction.atomic():
            row = _mine(day, step)
            if row is None:
                return False
            waits_for = _WORK[step](day, row)
            if waits_for is None:
                _finish(row, instant())
                return True
            row.state, row.note = State.WAITING, waits_for
            row.save()
    except (LedgerRefusal, KeyringError, _Failed) as refusal:
        _failed(day, step, _words(refusal), instant())
    return False


def _begin(day: date, step: str, at: datetime) -> bool:
    """Commit that a step is being worked on; False when there is nothing to do for it now."""
    with transaction.atomic():
        row = _mine(day, step)
        if row is None or row.state == State.DONE:
            return False
        if step in BY_PEOPLE and row.state == State.WAITING and row.since is not None:
            return False
        if row.state == State.FAILED and row.since and at < row.since + TRY_AGAIN_AFTER:
            return False
        if row.state != State.RUNNING:
            row.state, row.since, row.who = State.RUNNING, at, row.who or _SYSTEM
            row.save(update_fields=["state", "since", "who"])
    return True


def _mine(day: date, step: str) -> DayEndStep | None:
    """The step's row, locked; None when another worker is at it."""
    rows = DayEndStep.objects.select_for_update(skip_locked=True)
    return rows.filter(day=day, step=step).first()


def _finish(row: DayEndStep, at: datetime) -> None:
    row.state, row.finished = State.DONE, at
    row.save()


def _failed(day: date, step: str, text: str, at: datetime) -> None:
    """Say what is wrong on the board; a failure is tried again later."""
    DayEndStep.objects.filter(day=day, step=step).exclude(state=State.DONE).update(
        state=State.FAILED, since=at, note=text
    )


# -- what each step does ----------------------------------------------------------------------


class _Failed(Exception):
    """What does not hold, in words for the board."""


def _flipped(day: date, row: DayEndStep) -> None:
    """That the day is closing says that its date has flipped."""


def _prove(day: date, row: DayEndStep) -> str | None:
    found = ledger.prove_day(day)
    row.note = "借贷、明细账、试算平衡、控制账均相符"
    if not found:
        return None
    shown = [f"{each.kind}：{each.what}：{each.detail}" for each in found[:_SHOWN_BREAKS]]
    more = f"\n共 {len(found)} 项" if len(found) > _SHOWN_BREAKS else ""
    raise _Failed("\n".join(shown) + more)


def _hash(day: date, instant: Instant, at_once: int) -> bool:
    """Hash the day's vouchers slice by slice; the board sees how far it is."""
    while True:
        with transaction.atomic():
            row = _mine(day, LEAVES)
            if row is None:
                return False
            if row.state == State.DONE:
                return True
            row.counted, row.total = ledger.hash_vouchers(day, limit=at_once)
            if row.counted == row.total:
                _finish(row, instant())
                return True
            row.save(update_fields=["counted", "total"])


def _reconcile(day: date, instant: Instant) -> bool:
    """Lay the day beside the bank's statement; the bank is asked outside of any transaction."""
    try:
        found = reconciliation.catch_up(day, at=instant())
    except (reconciliation.NotYet, BankUnreachable) as problem:
        unheard = isinstance(problem, BankUnreachable)
        text = "银行没有给出对账单，十分钟后再取。" if unheard else f"{problem}。"
        _failed(day, RECONCILED, text, instant())
        return False
    with transaction.atomic():
        row = _mine(day, RECONCILED)
        if row is None:
            return False
        row.note = "对账从这一天之后开始" if found is None else _told(found)
        _finish(row, instant())
    return True


def _told(found: reconciliation.Reconciled) -> str:
    """What the day's sheet says, in one line."""
    sheet = found.sheet
    return (
        f"调节后余额：本中心 {yuan(sheet.adjusted_books_fen)} 元，"
        f"银行 {yuan(sheet.adjusted_bank_fen)} 元"
    )


def _look_at_breaks(day: date, row: DayEndStep) -> str | None:
    row.total = open_breaks(day)
    if row.total == 0:
        row.note = "没有未处理的付款或对账异常"
        return None
    row.who = ""
    return f"{row.total} 项付款或对账异常待确认"


def _root(day: date, row: DayEndStep) -> str | None:
    earlier = ledger.days_to_seal()[0]
    if earlier < day:
        row.since = None
        return f"等待 {earlier:%Y年%m月%d日} 先封账"
    row.note = ledger.root_day(day).hex()
    return None


def _asks_for_signature(day: date, row: DayEndStep) -> str:
    row.who = ""
    return "等待签名"


def _seal(day: date, row: DayEndStep) -> None:
    second = DayEndStep.objects.get(day=day, step=SECOND)
    sealed = ledger.seal_day(day, signer=second.who, root=bytes.fromhex(_root_of(day)))
    row.note = sealed.signature or ""


_WORK: dict[str, Callable[[date, DayEndStep], str | None]] = {
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


def _root_of(day: date) -> str:
    return DayEndStep.objects.get(day=day, step=ROOT).note


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


def acknowledge(day: date, *, staff_id: int, note: str, at: datetime) -> Refused | None:
    """Somebody has seen the day's open breaks and says what becomes of them.

    Raises NotYours for whoever may not sign days.
    """
    staff = signer(staff_id)
    if not NOTE_MIN <= len(note.strip()) <= NOTE_MAX:
        return Refused(f"说明请写 {NOTE_MIN} 至 {NOTE_MAX} 字。")
    with transaction.atomic():
        row = _waiting(day, BREAKS)
        if row is None:
            return Refused("这一步已经处理过，请刷新页面。")
        _act(row, staff, at, note.strip())
    return None


def sign(day: date, *, staff_id: int, root: str, at: datetime) -> Refused | None:
    """The first or the second signature under the root that the signer was shown, in hex.

    The first is an accountant's, the second another person's; the job seals the day after it.
    Raises NotYours for whoever may not sign days.
    """
    staff = signer(staff_id)
    try:
        return _sign(day, staff, root, at)
    except LedgerRefusal as refusal:
        return Refused(f"{_words(refusal)}。")


def _sign(day: date, staff: StaffFacts, root: str, at: datetime) -> Refused | None:
    with transaction.atomic():
        row = _waiting(day, FIRST) or _waiting(day, SECOND)
        if row is None:
            return Refused("现在不需要签名，请刷新页面。")
        if root != _root_of(day):
            return Refused("根值与您看到的不同，请刷新页面后重新核对。")
        first = DayEndStep.objects.get(day=day, step=FIRST).who
        refused = may_not_sign(row.step, staff, first=first)
        if refused is not None:
            return refused
        if row.step == FIRST:
            ledger.sign_day(day, signer=staff.username, root=bytes.fromhex(root))
        _act(row, staff, at, "")
    return None


def try_again(day: date, *, staff_id: int, at: datetime) -> Refused | None:
    """Let the job take up a failed step at once instead of in ten minutes. Raises NotYours."""
    staff = signer(staff_id)
    with transaction.atomic():
        rows = DayEndStep.objects.select_for_update().filter(day=day, state=State.FAILED)
        steps = [row.step for row in rows]
        if not steps:
            return Refused("没有失败的步骤，请刷新页面。")
        rows.update(state=State.WAITING, since=None)
        for step in steps:
            _keep(f"day_end.{step}.again", staff, day, at)
    return None


def _waiting(day: date, step: str) -> DayEndStep | None:
    """The step's row, locked, if it waits for somebody now."""
    rows = DayEndStep.objects.select_for_update()
    return rows.filter(day=day, step=step, state=State.WAITING, since__isnull=False).first()


def _act(row: DayEndStep, staff: StaffFacts, at: datetime, note: str) -> None:
    row.who, row.note = staff.username, note
    _finish(row, at)
    _keep(f"day_end.{row.step}", staff, row.day, at)


def _keep(action: str, staff: StaffFacts, day: date, at: datetime) -> None:
    subject = audit.Subject("business_day", day.isoformat())
    two_people.keep(action, staff, subject=subject, at=at)
