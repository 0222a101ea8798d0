"""What the pages of returned payments show: which wait, and one with every order for its money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from anju.business.treasury import reinstating
from anju.business.treasury.books import reader
from anju.business.treasury.models import PaymentOrder, ReturnWish
from anju.business.treasury.reinstating import Consequence
from anju.business.treasury.return_decisions import card_problem
from anju.business.treasury.two_people import names_of
from anju.cases.records import NotYours
from anju.ledger import sources
from anju.ledger.vouchers import VoucherHead
from anju.parties import facts as parties
from anju.store import fields
from anju.store.secrets import MaskedCard, MaskedName

PAGE, READ_AT_ONCE = 50, 500
STATES = {"due": "待处理", "paying": "付款中", "done": "已重付", "reinstated": "已恢复账户"}
ORDER_TEXT = {
    "written": "待发送",
    "sent": "已发送",
    "unknown": "等待银行答复",
    "paid": "已付款",
    "failed": "付款失败",
    "returned": "被退回",
}
WISH_TEXT = {
    "submitted": "待复核",
    "ordered": "已同意",
    "reinstated": "已同意",
    "rejected": "未同意",
    "withdrawn": "已撤回",
}
DEED_TEXT = {"pay_again": "重付", "reinstate": "恢复账户"}
_AGAIN = Q(replaces__isnull=False)
_WAITS = Q(payment__status="returned") | (_AGAIN & Q(payment__status="failed"))
_WHICH = {
    "due": _WAITS & Q(is_reinstated=False),
    "paying": _AGAIN & Q(payment__status__in=("written", "sent", "unknown")),
    "done": _AGAIN & Q(payment__status="paid"),
    "reinstated": _WAITS & Q(is_reinstated=True),
}


@dataclass(frozen=True)
class ReturnLine:
    """Money that came back, by its first order; in fen. `asked` while a wish waits for review."""

    order_no: str
    case_reference: str
    payee: MaskedName
    amount: int
    since: datetime | None
    why: str
    state: str
    state_text: str
    asked: bool
    tries: int


@dataclass(frozen=True)
class ReturnsPage:
    """Returned payments of one state, newest first; how many and how much by state.

    `next_before` is the order before which the next page begins.
    """

    lines: tuple[ReturnLine, ...]
    totals: dict[str, tuple[int, int]]
    next_before: str | None


@dataclass(frozen=True)
class OrderLine:
    """One order for the money, and what the bank said of it."""

    order_no: str
    written_at: datetime
    settled_at: datetime | None
    account: MaskedCard
    state: str
    state_text: str
    why: str


@dataclass(frozen=True)
class WishLine:
    """Who asked for what, and what another person made of it."""

    deed: str
    deed_text: str
    maker: str
    reason: str
    made_at: datetime
    checker: str
    note: str
    decided_at: datetime | None
    state_text: str


@dataclass(frozen=True)
class ReturnPage:
    """One returned payment; `asks` is what this person may do: propose, decide, withdraw.

    `reinstating` says what putting it on its account would do; None where it closed none.
    """

    line: ReturnLine
    orders: tuple[OrderLine, ...]
    wishes: tuple[WishLine, ...]
    vouchers: tuple[VoucherHead, ...]
    card: MaskedCard
    card_since: datetime | None
    card_problem: str
    same_card: bool
    reinstating: Consequence | None
    asks: str


def listed(staff_id: int, *, state: str, before: str | None = None) -> ReturnsPage:
    """Money that came back and stands so, newest first. Raises NotYours, LookupError."""
    reader(staff_id)
    latest = _latest()
    totals = {}
    for code, which in _WHICH.items():
        sums = latest.filter(which).aggregate(count=Count("pk"), amount=Sum("amount_fen"))
        totals[code] = (sums["count"], sums["amount"] or 0)
    rows = _rows(state, before, PAGE + 1)
    last = rows[PAGE - 1].pk if len(rows) > PAGE else None
    return ReturnsPage(_lines(rows[:PAGE], state), totals, last)


def every(staff_id: int, *, state: str) -> Iterator[ReturnLine]:
    """All that stand so, newest first, read as one goes. Raises NotYours."""
    reader(staff_id)

    def lines() -> Iterator[ReturnLine]:
        before: str | None = None
        while found := _rows(state, before, READ_AT_ONCE):
            yield from _lines(found, state)
            before = found[-1].pk

    return lines()


def _rows(state: str, before: str | None, limit: int) -> list[PaymentOrder]:
    """The last order of each, after the one named. Raises LookupError for an order that is none."""
    rows = _latest().filter(_WHICH[state]).order_by("-written_at", "-pk")
    if before is not None:
        last = PaymentOrder.objects.filter(pk=before).first()
        if last is None:
            raise LookupError(before)
        earlier = Q(written_at__lt=last.written_at)
        rows = rows.filter(earlier | Q(written_at=last.written_at, pk__lt=last.pk))
    return list(rows[:limit])


def _lines(rows: list[PaymentOrder], state: str) -> tuple[ReturnLine, ...]:
    chains = _chains({row.case_reference for row in rows})
    waiting = ReturnWish.objects.filter(last__in=rows, state=ReturnWish.State.SUBMITTED)
    asked = set(waiting.values_list("last_id", flat=True))
    return tuple(
        _line(chains[row.case_reference], asked=row.pk in asked, stands=state) for row in rows
    )


def _latest() -> QuerySet[PaymentOrder]:
    """Orders of cases that no other has replaced."""
    newer = PaymentOrder.objects.filter(replaces=OuterRef("pk"))
    orders = PaymentOrder.objects.exclude(case_reference="").select_related("payment")
    reinstated = ReturnWish.objects.filter(last=OuterRef("pk"), state="reinstated")
    return orders.filter(~Exists(newer)).annotate(is_reinstated=Exists(reinstated))


def _chains(references: set[str]) -> dict[str, list[PaymentOrder]]:
    """Of each case whose payment came back: every order for the money, each replacing the last."""
    rows = list(
        PaymentOrder.objects.filter(case_reference__in=references).select_related("payment")
    )
    newer = {row.replaces_id: row for row in rows if row.replaces_id is not None}
    chains: dict[str, list[PaymentOrder]] = {}
    for row in rows:
        if row.replaces_id is None and row.payment.status == "returned":
            chain = chains[row.case_reference] = [row]
            while (following := newer.get(chain[-1].pk)) is not None:
                chain.append(following)
    return chains


def _line(chain: list[PaymentOrder], *, asked: bool, stands: str) -> ReturnLine:
    first, last = chain[0], chain[-1]
    came_back = [order for order in chain if order.payment.status == "returned"]
    return ReturnLine(
        order_no=first.pk,
        case_reference=first.case_reference,
        payee=MaskedName.of(fields.unseal(first, "payee_name")),
        amount=first.amount_fen,
        since=came_back[-1].payment.settled_at,
        why=last.payment.reason or came_back[-1].payment.reason,
        state=stands,
        state_text=STATES[stands],
        asked=asked,
        tries=len(chain) - 1,
    )


def page(staff_id: int, order_no: str) -> ReturnPage:
    """One returned payment by its first order. Raises NotYours for an unknown one too."""
    staff = reader(staff_id)
    first = PaymentOrder.objects.filter(pk=order_no, replaces=None).exclude(case_reference="")
    references = set(first.values_list("case_reference", flat=True))
    chain = next(iter(_chains(references).values()), [])
    if not chain or chain[0].pk != order_no:
        raise NotYours
    last = chain[-1]
    assert last.person_id is not None
    card = parties.receiving_card(last.person_id)
    now = parties.payee(last.person_id).card_number if card else None
    problem = card_problem(card)
    wishes = list(ReturnWish.objects.filter(last__in=chain).order_by("-pk"))
    waits = next((one for one in wishes if one.state == ReturnWish.State.SUBMITTED), None)
    line = _line(chain, asked=waits is not None, stands=_stands(last, wishes))
    told = reinstating.consequence(last) if line.state == "due" else None
    can = not problem or (told is not None and not told.problem)
    return ReturnPage(
        line=line,
        orders=tuple(_order(order) for order in chain),
        wishes=_wishes(wishes),
        vouchers=tuple(head for order in chain for head in sources.vouchers_of(order.pk)),
        card=card.number if card else MaskedCard(""),
        card_since=card.bound_at if card else None,
        card_problem=problem,
        same_card=now == fields.unseal(last, "payee_account"),
        reinstating=told,
        asks=_asks(line, waits, staff_id, may_ask=can and "accountant" in staff.roles),
    )


def _stands(last: PaymentOrder, wishes: list[ReturnWish]) -> str:
    if any(one.state == ReturnWish.State.REINSTATED for one in wishes):
        return "reinstated"
    status = last.payment.status
    return {"returned": "due", "failed": "due", "paid": "done"}.get(status, "paying")


def _asks(line: ReturnLine, waits: ReturnWish | None, staff_id: int, *, may_ask: bool) -> str:
    if line.state != "due":
        return ""
    if waits is None:
        return "propose" if may_ask else ""
    return "withdraw" if waits.maker_id == staff_id else "decide"


def _order(order: PaymentOrder) -> OrderLine:
    status = order.payment.status
    return OrderLine(
        order_no=order.pk,
        written_at=order.written_at,
        settled_at=order.payment.settled_at,
        account=MaskedCard.of(fields.unseal(order, "payee_account")),
        state=status,
        state_text=ORDER_TEXT[status],
        why=order.payment.reason,
    )


def _wishes(rows: list[ReturnWish]) -> tuple[WishLine, ...]:
    who = names_of(rows)
    return tuple(
        WishLine(
            deed=one.deed,
            deed_text=DEED_TEXT[one.deed],
            maker=who[one.maker_id],
            reason=one.reason,
            made_at=one.made_at,
            checker=who[one.checker_id],
            note=one.note,
            decided_at=one.decided_at,
            state_text=WISH_TEXT[one.state],
        )
        for one in rows
    )
