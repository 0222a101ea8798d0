"""单位账户查询: an employer's account, what waits on it, what is owed, what was paid."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from django.db.models import Count, Q, Sum
from django.utils.timezone import localdate

from anju import ledger, policy
from anju.business.contributions import deferrals, remitting, remitting_facts
from anju.business.contributions.deferrals import Span
from anju.business.contributions.models import EmployerAccount, Enrolment, Remittance
from anju.business.contributions.models.remittances import LIVE
from anju.business.contributions.remitting_facts import ListFacts
from anju.domain.calendar import add_months
from anju.domain.contribution import month_words
from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.ledger import sources
from anju.parties import facts as parties
from anju.parties.facts import EmployerFacts

MOVEMENTS_ON_PAGE: Final = 20
RECEIPTS_ON_PAGE: Final = 24
ARREARS_MAX: Final = 60
"""So many months are told one by one."""
_OWES: Final = frozenset({AccountState.OPENED, AccountState.NORMAL})
_KINDS: Final = {
    "remittance": "汇缴入账",
    "back_payment": "补缴入账",
    "correction": "错缴退回",
    "remittance_reversed": "汇缴冲正",
    "back_payment_reversed": "补缴冲正",
    "receipt": "来款",
    "taken_back": "银行冲正",
    "refund": "退回付款人",
    "employer_refund_held": "未分摊退款",
    "employer_refund_released": "退款没有付出",
    "employer_refund_returned": "退款被退回",
}


@dataclass(frozen=True, slots=True)
class Movement:
    """Money of the employer that came or was used; fen."""

    on: date
    title: str
    reference: str
    amount_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Arrear:
    """A month that was due and is not paid: by today's people and bases; fen."""

    month: date
    due_on: date
    people: int
    fen: int

    @property
    def month_text(self) -> str:
        """As people write it."""
        return month_words(self.month)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An employer's account; `contributing` and `sealed` count its people.

    `deferred` are the months that were ever deferred, oldest first.
    """

    account_id: int
    employer: EmployerFacts
    number: str
    state: str
    state_text: str
    employer_ratio: Fraction
    member_ratio: Fraction
    payday: int
    first_month: date
    paid_through: date | None
    opened_on: date
    bank: str
    address: str
    contributing: int
    sealed: int
    unallocated_fen: int
    arrears: tuple[Arrear, ...]
    deferred: tuple[Span, ...]
    live: ListFacts | None
    movements: tuple[Movement, ...]
    receipts: tuple[ListFacts, ...]

    @property
    def arrears_fen(self) -> int:
        """What is owed altogether."""
        return sum(each.fen for each in self.arrears)


def account(employer_id: int, *, at: datetime) -> AccountFacts | None:
    """The employer's account that is not closed, else None."""
    found = EmployerAccount.objects.live_of(employer_id).first()
    if found is None:
        return None
    people = Enrolment.objects.filter(employer_id=employer_id)
    people = people.exclude(account_id__in=ledger.closed_of(employer_id))
    heads = people.aggregate(
        contributing=Count("pk", filter=Q(sealed_on__isnull=True)),
        sealed=Count("pk", filter=Q(sealed_on__isnull=False)),
    )
    lists = Remittance.objects.filter(account=found)
    live = lists.filter(state__in=LIVE).first()
    done = lists.filter(state=Remittance.State.DONE).order_by("-month")[:RECEIPTS_ON_PAGE]
    return AccountFacts(
        account_id=found.pk,
        employer=parties.employer(employer_id),
        number=found.number,
        state=found.state,
        state_text=STATE_WORDS[AccountState(found.state)],
        employer_ratio=Fraction(found.employer_ratio),
        member_ratio=Fraction(found.member_ratio),
        payday=found.payday,
        first_month=found.first_month,
        paid_through=found.paid_through,
        opened_on=found.opened_on,
        bank=policy.current().bank_branch_name(found.bank_code, found.bank_branch_code),
        address=found.address,
        contributing=heads["contributing"],
        sealed=heads["sealed"],
        unallocated_fen=ledger.unallocated(employer_id),
        arrears=arrears(found, localdate(at)),
        deferred=deferrals.spans(found.pk),
        live=None if live is None else remitting_facts.list_of(live),
        movements=_movements(employer_id),
        receipts=tuple(remitting_facts.list_of(each) for each in done),
    )


def arrears(account: EmployerAccount, on: date) -> tuple[Arrear, ...]:
    """欠缴: the months whose term has passed on a day, for whom somebody should have been paid.

    One query however many months. An account that is deferred, sealed or closed owes none.
    """
    terms = policy.contribution_terms(policy.current())
    months: list[tuple[date, date]] = []
    month = remitting.due_month(account)
    while (
        AccountState(account.state) in _OWES
        and month <= on
        and (due_on := terms.due_on(month, payday=account.payday)) < on
        and len(months) < ARREARS_MAX
    ):
        months.append((month, due_on))
        month = add_months(month, 1)
    if not months:
        return ()
    sums = {}
    for each, _ in months:
        owed = remitting.is_paid_for(each)
        sums[f"people_{each:%Y%m}"] = Count("pk", filter=owed)
        sums[f"member_{each:%Y%m}"] = Sum("member_month_fen", filter=owed, default=0)
        sums[f"employer_{each:%Y%m}"] = Sum("employer_month_fen", filter=owed, default=0)
    found = Enrolment.objects.filter(employer_id=account.employer_id).aggregate(**sums)
    told = (
        Arrear(
            each, due_on, found[f"people_{each:%Y%m}"],
            found[f"member_{each:%Y%m}"] + found[f"employer_{each:%Y%m}"],
        )
        for each, due_on in months
    )  # fmt: skip
    return tuple(each for each in told if each.fen)


def receipt(employer_id: int, number: str) -> ListFacts:
    """A list of this employer's that is paid. Raises LookupError."""
    found, _ = remitting_facts.one(employer_id, number)
    if found.state != Remittance.State.DONE:
        raise LookupError(number)
    return found


def _movements(employer_id: int) -> tuple[Movement, ...]:
    lines = sources.waiting_lines(
        ledger.UNALLOCATED, source_type="employer", source_id=str(employer_id),
        limit=MOVEMENTS_ON_PAGE,
    )  # fmt: skip
    return tuple(
        Movement(line.on, _title(line), line.source_id, line.amount, line.balance_after)
        for line in lines
    )


def _title(line: sources.WaitingLine) -> str:
    title = _KINDS.get(line.kind) or _KINDS.get(line.source_type)
    return title or ("转入" if line.amount > 0 else "转出")
