"""Freezes as the branch keeps them: by which paper, how much, until when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from anju import ledger
from anju.business.contributions.models import Freeze
from anju.domain.money import yuan
from anju.store import audit
from anju.store.audit import Actor

State = Freeze.State
RUN_OUT = "期满"
"""What stands in the ledger in place of a paper where a freeze's days were over."""


@dataclass(frozen=True)
class FreezeFacts:
    """One freeze: `amount` in fen or None for the whole account, `until` its last day or None.

    `doc_no` is the paper it rests on now; `first_doc_no` the one that froze, another one where a
    part was lifted since.
    """

    id: int
    authority: str
    doc_no: str
    amount: int | None
    until: date | None
    first_doc_no: str = ""

    def is_of(self, authority: str, doc_no: str) -> bool:
        """Whether an authority means this one by this paper."""
        return self.authority == authority and doc_no in {self.doc_no, self.first_doc_no}

    @property
    def part(self) -> str:
        """How much of the account it concerns, and how long."""
        what = "冻结全部余额" if self.amount is None else f"冻结 {yuan(self.amount)} 元"
        return what if self.until is None else f"{what}，期限至{self.until:%Y年%m月%d日}"

    @property
    def text(self) -> str:
        """The whole of it, as member and staff read it."""
        if not self.first_doc_no:
            return f"{self.authority} {self.doc_no}：{self.part}"
        return f"{self.authority} {self.first_doc_no}（{self.doc_no}解除部分后）：{self.part}"


def live(account_id: int, *, on: date) -> tuple[FreezeFacts, ...]:
    """The freezes of an account on a day, the earliest first."""
    found = Freeze.objects.filter(account_id=account_id, state=State.LIVE).order_by("pk")
    return tuple(
        FreezeFacts(
            each.pk, each.authority, each.doc_no, each.amount, each.until, _first_doc_no(each)
        )
        for each in found
        if each.until is None or on <= each.until
    )


def _first_doc_no(rest: Freeze) -> str:
    """The paper that froze what a freeze is the rest of, "" where it is no rest.

    The case that lifts a part ends one freeze and makes another: their number is the same.
    """
    found = ""
    while rest.number:
        former = Freeze.objects.filter(account_id=rest.account_id, lifted_by=rest.number).first()
        if former is None:
            break
        rest, found = former, former.doc_no
    return found


def is_known(account_id: int, *, authority: str, doc_no: str) -> bool:
    """Whether this paper froze the account before, whatever became of it."""
    papers = Freeze.objects.filter(account_id=account_id)
    return papers.filter(authority=authority, doc_no=doc_no).exists()


def place(
    account_id: int, *, authority: str, doc_no: str, amount: int | None, until: date | None,
    number: str, approved_by: int | None, at: datetime,
) -> None:  # fmt: skip
    """Freeze from today on. `number` is the case's, "" for one that came along; inside atomic()."""
    book_id = ledger.freeze(
        account_id,
        authority=authority,
        doc_no=doc_no,
        amount=amount,
        from_day=ledger.business_date(),
        until_day=until + timedelta(days=1) if until is not None else None,
    )
    made = Freeze.objects.create(
        number=number, account_id=account_id, book_id=book_id, authority=authority, doc_no=doc_no,
        amount=amount, until=until, approved_by_id=approved_by, made_at=at,
    )  # fmt: skip
    _audit("contributions.frozen", made, approved_by, at)


def lift(
    freeze_id: int, *, doc_no: str, number: str, approved_by: int | None, at: datetime,
    amount: int | None = None,
) -> None:  # fmt: skip
    """End a freeze by the paper of its authority. Inside atomic(), with the account locked.

    `amount` fen of it, less than was frozen, or all: the rest stays frozen by the same paper for as
    long, behind freezes that were made meanwhile.
    """
    made = Freeze.objects.select_for_update(no_key=True, of=("self",)).get(pk=freeze_id)
    ledger.lift(made.book_id, doc_no=doc_no)
    made.state, made.ended_at = State.LIFTED, at
    made.lifted_doc_no, made.lifted_by = doc_no, number
    made.save(update_fields=["state", "ended_at", "lifted_doc_no", "lifted_by"])
    _audit("contributions.unfrozen", made, approved_by, at)
    if amount is not None:
        assert made.amount is not None, "the rules refuse a part of a whole account"
        place(
            made.account_id, authority=made.authority, doc_no=doc_no, amount=made.amount - amount,
            until=made.until, number=number, approved_by=approved_by, at=at,
        )  # fmt: skip


def lapse(at: datetime) -> int:
    """End the freezes whose last day is over; how many. The ledger let go of them that day."""
    over = Freeze.objects.filter(state=State.LIVE, until__lt=ledger.business_date())
    found = over.order_by("pk").values_list("pk", "account_id")
    return sum(_lapse_one(freeze_id, account_id, at) for freeze_id, account_id in found)


def _lapse_one(freeze_id: int, account_id: int, at: datetime) -> bool:
    with transaction.atomic():
        ledger.lock_accounts([account_id])
        made = Freeze.objects.select_for_update(no_key=True, of=("self",)).get(pk=freeze_id)
        if made.state != State.LIVE:
            return False
        ledger.lift(made.book_id, doc_no=RUN_OUT)
        made.state, made.ended_at = State.LAPSED, at
        made.save(update_fields=["state", "ended_at"])
        _audit("contributions.freeze_lapsed", made, None, at)
        return True


def _audit(action: str, made: Freeze, by: int | None, at: datetime) -> None:
    audit.write(
        action,
        at=at,
        actor=Actor.staff(by) if by is not None else Actor.system(),
        subject=audit.Subject("account", str(made.account_id)),
        details={
            "freeze": made.pk,
            "doc_no": made.lifted_doc_no or made.doc_no,
            "fen": made.amount if made.amount is not None else "",
            "case": made.lifted_by or made.number,
        },
    )
