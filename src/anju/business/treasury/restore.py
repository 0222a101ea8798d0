"""After a restore: ask the bank of everything that the lost time may have done, then pay again.

The database stands where it stood at some second; the bank does not. Every order that may be under
way is asked about, and every payment in the bank's day files of the window is looked for among our
orders. What we do not know of is kept, so that nobody is paid a second time for it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from anju import policy, ports
from anju.business.treasury import actions, epochs, lost_time
from anju.business.treasury.models import (
    Arrival,
    Epoch,
    EpochState,
    LostPayment,
    Payment,
    PaymentEvent,
    PaymentOrder,
)
from anju.business.treasury.reconciliation import whole_statement
from anju.domain.payment import UNDER_WAY, UNSETTLED
from anju.ports.bank import BankUnreachable
from anju.ports.bank_accounts import AccountNotOurs, StatementLine
from anju.store import audit

WINDOW_BEFORE = timedelta(days=2)
"""How long before the newest thing that the database remembers the bank is asked again."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check did and what is left.

    Attributes:
        since, until: the bank's day files that were read, both included.
        asked: orders whose fate the bank told again.
        unanswered: orders of which the bank told nothing: ask again.
        statement_read: whether the day files could be had.
        under_way: orders that the bank has and has not decided.
        lost: payments that no order of ours answers for.
        open: whether payments may leave.
    """

    epoch: int
    since: date
    until: date
    asked: int
    unanswered: tuple[str, ...]
    statement_read: bool
    under_way: int
    lost: tuple[LostPayment, ...]
    open: bool

    @property
    def complete(self) -> bool:
        """Whether everything has been asked."""
        return self.statement_read and not self.unanswered


def check(*, at: datetime, since: date | None = None, open_payments: bool = False) -> Checked:
    """Ask the bank again, and let payments leave when asked to and nothing is left unasked.

    May be repeated; asks nothing when payments may leave already. `since` widens the window.
    """
    epoch = epochs.current(at)
    first = since or _newest(at).date() - WINDOW_BEFORE
    if epoch.state == EpochState.OPEN:
        return _told(epoch, first, at, asked=0, unanswered=(), read=True)
    asked, unanswered = _ask_orders(first, at)
    read = _read_statement(first, at)
    epoch = Epoch.objects.latest("number")
    if read and not unanswered and open_payments:
        with transaction.atomic():
            epoch.state, epoch.opened_at = EpochState.OPEN, at
            epoch.save(update_fields=["state", "opened_at"])
            audit.write(
                "treasury.payments_opened", at=at, actor=audit.Actor.system(),
                subject=audit.Subject("epoch", str(epoch.number)),
                details={"asked": asked, "since": first.isoformat()},
            )  # fmt: skip
    return _told(epoch, first, at, asked=asked, unanswered=unanswered, read=read)


def let_go(order_no: str, *, because: str, at: datetime) -> bool:
    """Somebody has cleared up a lost payment; orders to its payee may leave. Kept in the trail."""
    with transaction.atomic():
        if not lost_time.let_go(order_no, because=because, at=at):
            return False
        audit.write(
            "treasury.lost_payment_let_go", at=at, actor=audit.Actor.system(),
            subject=audit.Subject("order", order_no), reason=because,
        )  # fmt: skip
    return True


def _told(
    epoch: Epoch, since: date, at: datetime, *, asked: int, unanswered: tuple[str, ...], read: bool
) -> Checked:
    under_way = Payment.objects.filter(status__in=UNDER_WAY)
    return Checked(
        epoch.number, since, at.date(), asked, unanswered, read, under_way.count(),
        tuple(LostPayment.objects.filter(answers=None, let_go_at=None).order_by("booked_on", "pk")),
        epoch.state == EpochState.OPEN,
    )  # fmt: skip


def _newest(at: datetime) -> datetime:
    """The newest thing that the database remembers of payments; now when there is none."""
    known = (
        PaymentOrder.objects.aggregate(newest=Max("written_at"))["newest"],
        PaymentEvent.objects.aggregate(newest=Max("at"))["newest"],
    )
    return max((each for each in known if each is not None), default=at)


def _ask_orders(since: date, at: datetime) -> tuple[int, tuple[str, ...]]:
    """Every order that is not settled, and those that were settled in the window."""
    payments = Payment.objects.filter(Q(status__in=UNSETTLED) | Q(settled_at__date__gte=since))
    asked, unanswered = 0, []
    for order_no in list(payments.order_by("order_id").values_list("order_id", flat=True)):
        try:
            reply = ports.bank().query(order_no)
        except BankUnreachable:
            unanswered.append(order_no)
            continue
        actions.take_answer(order_no, reply, at=at)
        asked += 1
    return asked, tuple(unanswered)


def _read_statement(since: date, at: datetime) -> bool:
    """Look for every payment of the window among our orders; whether the bank told them all."""
    try:
        until = at.date() + timedelta(days=1)
        told = [
            line
            for account in sorted(_accounts())
            for line in whole_statement(account, since=since, until=until)
        ]
    except (BankUnreachable, AccountNotOurs):
        return False
    moved: dict[str, list[StatementLine]] = defaultdict(list)
    for line in told:
        if epochs.epoch_of(line.remark) is not None:
            moved[line.remark].append(line)
    known = set(PaymentOrder.objects.filter(pk__in=moved).values_list("pk", flat=True))
    _number_apart(set(moved) - known, at)
    epoch = Epoch.objects.latest("number")
    for order_no in sorted(set(moved) - known):
        left = sum(line.amount_fen for line in moved[order_no])
        if left < 0:
            first = next(line for line in moved[order_no] if line.amount_fen < 0)
            lost_time.keep(
                epoch, order_no=order_no, serial=first.serial, booked_on=first.booked_on,
                amount_fen=-left, payee_account=first.counter_account, at=at,
            )  # fmt: skip
    return True


def _number_apart(lost: set[str], at: datetime) -> None:
    """The epoch rises above every one in which the lost time numbered an order."""
    used = max((epochs.epoch_of(order_no) or 0 for order_no in lost), default=0)
    if used >= Epoch.objects.latest("number").number:
        epochs.begin(used + 1, at=at)


def _accounts() -> set[str]:
    """The centre's accounts that orders leave from; refunds leave from where the money came."""
    known = PaymentOrder.objects.values_list("payer_account", flat=True).distinct()
    came = Arrival.objects.values_list("account", flat=True).distinct()
    return {policy.current().payer_account, *known, *came}
