"""What the receipts' pages show: the list by state with its ageing, and one receipt whole.

Names and accounts of payers are masked; a full value is shown for a reason that is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from anju import policy
from anju.business.treasury import expected, refunds
from anju.business.treasury.books import reader
from anju.business.treasury.models import Receipt, ReceiptProposal
from anju.business.treasury.models.receipts import LIVE
from anju.business.treasury.two_people import names_of
from anju.cases.records import NotYours
from anju.ledger import sources as ledger_sources
from anju.ledger import vouchers as ledger_vouchers
from anju.ledger.vouchers import VoucherHead
from anju.parties import facts as parties
from anju.store import audit, fields
from anju.store.reveal import TooManyReveals, reveal
from anju.store.secrets import MaskedCard, MaskedName

PAGE, READ_AT_ONCE = 50, 1_000
STATES = {"suspense": "待查", "matched": "已匹配", "reversed": "已冲正"}
AGES = (30, 90, 365)
"""Last day of each age class but the oldest."""
REVEALABLE = {"payer_name": "付款人名称", "payer_account": "付款人账号", "remark": "附言"}
PROPOSAL_TEXT = {
    "submitted": "待复核",
    "paying": "付款中",
    "done": "已办结",
    "failed": "付款失败",
    "returned": "退款被退回",
    "rejected": "未同意",
    "withdrawn": "已撤回",
}


@dataclass(frozen=True)
class ReceiptLine:
    """One receipt in a list; fen, below zero where the bank took it back.

    `days` is how long it has waited, None when it waits no more; `asks` what is under way.
    """

    reference: str
    booked_on: date
    payer: MaskedName
    amount: int
    state: str
    state_text: str
    meets: str
    days: int | None
    asks: str


@dataclass(frozen=True)
class Total:
    """How many, and how much in fen."""

    label: str
    count: int
    amount: int


@dataclass(frozen=True)
class ReceiptsPage:
    """The list, newest first; totals by state, and ages of what is in suspense."""

    lines: tuple[ReceiptLine, ...]
    totals: dict[str, Total]
    ages: tuple[Total, ...]
    next_before: int | None


@dataclass(frozen=True)
class ProposalLine:
    """What was asked for, by whom, and what another made of it."""

    title: str
    reason: str
    state: str
    state_text: str
    maker: str
    made_at: datetime
    checker: str
    decided_at: datetime | None
    note: str
    order_no: str


@dataclass(frozen=True)
class ReceiptPage:
    """One receipt; `asks` is what this person may do: propose, decide, withdraw or nothing."""

    line: ReceiptLine
    account: str
    payer_account: MaskedCard
    serial: str
    occurred_at: datetime
    hints: tuple[str, ...]
    proposals: tuple[ProposalLine, ...]
    vouchers: tuple[VoucherHead, ...]
    other: str
    asks: str


def listed(staff_id: int, *, state: str = "", before: int | None = None, on: date) -> ReceiptsPage:
    """Receipts of one state, or all, newest first, as of the business date. Raises NotYours."""
    reader(staff_id)
    rows = _rows(state)
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: PAGE + 1])
    return ReceiptsPage(
        lines=tuple(_line(row, on) for row in found[:PAGE]),
        totals=_totals(),
        ages=_ages(on),
        next_before=found[PAGE - 1].pk if len(found) > PAGE else None,
    )


def every(staff_id: int, *, state: str, on: date) -> Iterator[ReceiptLine]:
    """All receipts of one state, newest first, read as one goes. Raises NotYours."""
    reader(staff_id)

    def lines() -> Iterator[ReceiptLine]:
        rows, before = _rows(state), None
        while found := list((rows.filter(pk__lt=before) if before else rows)[:READ_AT_ONCE]):
            yield from (_line(row, on) for row in found)
            before = found[-1].pk

    return lines()


def _rows(state: str) -> QuerySet[Receipt]:
    rows = Receipt.objects.select_related("arrival").prefetch_related("proposals").order_by("-pk")
    return rows.filter(state=state) if state else rows


def _totals() -> dict[str, Total]:
    sums = Receipt.objects.values_list("state").annotate(Count("pk"), Sum("arrival__amount_fen"))
    found = {state: (count, amount) for state, count, amount in sums}
    totals = {code: Total(text, *found.get(code, (0, 0))) for code, text in STATES.items()}
    count, amount = (sum(column) for column in zip((0, 0), *found.values(), strict=True))
    return totals | {"": Total("全部", count, amount)}


def _ages(on: date) -> tuple[Total, ...]:
    """What is in suspense by how long it has waited, counted from the bank's day."""
    firsts = (0, *(last + 1 for last in AGES))
    classes = []
    for first, last in zip(firsts, (*AGES, None), strict=True):
        within = Q(arrival__booked_on__lte=on - timedelta(days=first))
        if first == 0:
            # The bank's day may be a day ahead of ours.
            within = Q()
        if last is not None:
            within &= Q(arrival__booked_on__gte=on - timedelta(days=last))
        label = f"{first}—{last}天" if last is not None else f"{first - 1}天以上"
        sums = Receipt.objects.filter(within, state=Receipt.State.SUSPENSE).aggregate(
            count=Count("pk"), amount=Sum("arrival__amount_fen")
        )
        classes.append(Total(label, sums["count"], sums["amount"] or 0))
    return tuple(classes)


def _line(row: Receipt, on: date) -> ReceiptLine:
    waits = row.state == Receipt.State.SUSPENSE
    live = next((one for one in row.proposals.all() if one.state in LIVE), None)
    return ReceiptLine(
        reference=row.reference,
        booked_on=row.arrival.booked_on,
        payer=MaskedName.of(fields.unseal(row.arrival, "payer_name")),
        amount=row.arrival.amount_fen,
        state=row.state,
        state_text=STATES[row.state],
        meets=_meets(row),
        days=max((on - row.arrival.booked_on).days, 0) if waits else None,
        asks=PROPOSAL_TEXT[live.state] if live else "",
    )


def _meets(row: Receipt) -> str:
    """What it was matched with, in words."""
    if row.kind == refunds.KIND:
        return f"退回付款人 {row.number}"
    source = expected.source(row.kind)
    return f"{source.label} {row.number}".strip() if source else row.kind


def page(staff_id: int, reference: str, *, on: date) -> ReceiptPage:
    """One receipt as of the business date. Raises NotYours for an unknown one too."""
    staff = reader(staff_id)
    rows = Receipt.objects.select_related("arrival", "reverses").prefetch_related("proposals")
    row = rows.filter(reference=reference).first()
    if row is None:
        raise NotYours
    proposals = sorted(row.proposals.all(), key=lambda one: one.pk, reverse=True)
    reversal = Receipt.objects.filter(reverses=row).first() or row.reverses
    return ReceiptPage(
        line=_line(row, on),
        account=row.arrival.account,
        payer_account=MaskedCard.of(fields.unseal(row.arrival, "payer_account")),
        serial=row.arrival.serial,
        occurred_at=row.arrival.occurred_at,
        hints=_hints(row) if row.state == Receipt.State.SUSPENSE else (),
        proposals=_proposals(proposals),
        vouchers=_vouchers(row, proposals),
        other=reversal.reference if reversal else "",
        asks=_asks(row, proposals, staff_id, is_accountant="accountant" in staff.roles),
    )


def _asks(
    row: Receipt, proposals: list[ReceiptProposal], staff_id: int, *, is_accountant: bool
) -> str:
    if row.state != Receipt.State.SUSPENSE:
        return ""
    live = next((one for one in proposals if one.state in LIVE), None)
    if live is None:
        return "propose" if is_accountant else ""
    if live.state != ReceiptProposal.State.SUBMITTED:
        return ""
    return "withdraw" if live.maker_id == staff_id else "decide"


def _hints(row: Receipt) -> tuple[str, ...]:
    """What we see ourselves of whose money it may be."""
    name = fields.unseal(row.arrival, "payer_name").expose()
    found = [
        f"付款人名称与单位“{one.name}”（{one.uscc}）一致。"
        for one in parties.employers_by_name(name)
    ]
    if row.order_no:
        found.append(f"附言中有付款指令 {row.order_no}，已向银行查询是否退票；确认后自动匹配。")
    return tuple(found)


def _proposals(rows: Iterable[ReceiptProposal]) -> tuple[ProposalLine, ...]:
    listed = list(rows)
    who = names_of(listed)
    return tuple(
        ProposalLine(
            title=one.title,
            reason=one.reason,
            state=one.state,
            state_text=PROPOSAL_TEXT[one.state],
            maker=who[one.maker_id],
            made_at=one.made_at,
            checker=who[one.checker_id],
            decided_at=one.decided_at,
            note=one.note,
            order_no=one.order_id or "",
        )
        for one in listed
    )


def _vouchers(row: Receipt, proposals: Iterable[ReceiptProposal]) -> tuple[VoucherHead, ...]:
    """Every voucher of this money, oldest first."""
    sources = [row.reference, *(one.order_id for one in proposals if one.order_id)]
    if row.reverses is not None:
        sources.append(row.reverses.reference)
    known = {row.voucher_id, row.settled_voucher_id} - {None}
    heads = {
        head.voucher_id: head for source in sources for head in ledger_sources.vouchers_of(source)
    }
    for voucher_id in known - heads.keys():
        heads[voucher_id] = ledger_vouchers.voucher(voucher_id)[0]
    return tuple(heads[key] for key in sorted(heads))


def banks() -> tuple[tuple[str, str], ...]:
    """The banks a payer may have: code and name."""
    return tuple((bank.code, bank.name) for bank in policy.current().banks.values())


def receipt_of(source_type: str, source_id: str) -> str:
    """The receipt that a voucher's source names, by itself or by its refund; empty for none."""
    if source_type == "receipt":
        return source_id
    if source_type == "order":
        found = ReceiptProposal.objects.filter(order_id=source_id)
        return found.values_list("receipt__reference", flat=True).first() or ""
    return ""


def show(staff_id: int, reference: str, field: str, *, reason: str, at: datetime) -> str | None:
    """One value of the payer in full, written down with its reason; None when the hour is full.

    Raises NotYours; KeyError for a field that is none.
    """
    reader(staff_id)
    row = Receipt.objects.select_related("arrival").filter(reference=reference).first()
    if row is None:
        raise NotYours
    if field not in REVEALABLE:
        raise KeyError(field)
    try:
        return reveal(
            row.arrival,
            field,
            reason=reason,
            actor=audit.Actor.staff(staff_id),
            subject=audit.Subject("receipt", reference),
            at=at,
        )
    except TooManyReveals:
        return None
