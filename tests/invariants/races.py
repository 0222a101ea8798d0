"""What must hold when two things happen to one account at the same instant.

Each proof here asserts that only lawful outcomes came about; the tests run them on the code as it
is, and the mutants on code with a guard switched off.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from anju import ledger, policy
from anju.business.treasury.models import PaymentOrder
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import MemoryBank, Worker
from anju.cases import actions, facts, proving, registry
from anju.cases.assessment import asked_of, assess, payload_hash
from anju.cases.declaration import Asked
from anju.cases.models import Case, CaseDecision
from anju.cases.records import (
    Advanced,
    Begun,
    Decided,
    DecisionRefused,
    EvidenceAdded,
    Mistakes,
    NotOpen,
    Submitted,
)
from anju.domain.case import LIVE
from anju.ledger.models import Hold, Voucher
from anju.ledger.tests import books
from anju.ledger.verify import verify
from anju.store import limits

from ..faults.at_once import Done, answers, at_once

AT = cast.AT
ARRIVING = 50_000
CHANNELS = ("h5", "web")


@dataclass
class Seen:
    """What a proof saw: the outcomes it counted and what each act took."""

    outcomes: Counter[str] = field(default_factory=Counter)
    done: list[Done] = field(default_factory=list)

    def delays(self, rng: random.Random) -> tuple[float, float]:
        """When the second act of a race comes: somewhere while the first is under way."""
        presses = [one.seconds for one in self.done[::2][-5:]]
        return 0.0, rng.random() * min(presses, default=0.1)


@dataclass(frozen=True)
class Ready:
    """A member one press away from submitting, and what that press posts."""

    who: cast.Member
    reference: str
    number: int
    posted: dict[str, str]
    shown_fen: int

    def press(self, *, at=AT) -> Any:
        """Press the last button."""
        return actions.take_step(
            self.reference,
            person_id=self.who.person_id,
            number=self.number,
            posted=self.posted,
            at=at,
        )

    @property
    def case(self) -> Case:
        return cast.case(self.reference)


def ready(order: int, *, at=AT, proved: bool = False, **member: Any) -> Ready:
    """A member who has done everything but press the last button; `proved`: the code as well."""
    # Many members share one address here: how often it may ask for codes is not what is raced.
    limits.sweep(at + timedelta(days=2))
    who = cast.member(order, **member)
    reference = cast.begin(who, at=at)
    last = len(policy.current().services[cast.SERVICE].steps)
    cast.go_on(who, reference, to_step=last - 1, at=at)
    posted = cast.posted_for(who, reference, last, at=at)
    quote = facts.quote_trace(reference, person_id=who.person_id, at=at)
    if proved:
        _prove(who, reference, last, posted, at)
    return Ready(who, reference, last, posted, quote.total_fen)


def _prove(who: cast.Member, reference: str, number: int, posted: dict[str, str], at) -> None:
    """Let the code count before the race, so that the press is the submit and nothing else."""
    case, service = cast.case(reference), registry.service(cast.SERVICE)
    found = assess(service, asked_of(case, at=at), on=ledger.business_date(), besides=case)
    step = policy.current().services[cast.SERVICE].steps[number - 1]
    refused = proving.prove(
        case, service, found, step_number=number, step=step, posted=posted, at=at
    )
    assert refused is None


def pay_out(bank: MemoryBank, at=AT) -> None:
    """Let the worker do what waits, and see that the books hold and agree with the bank."""
    Worker().work(at)
    orders = {order.order_no: order.amount_fen for order in PaymentOrder.objects.all()}
    assert bank.paid == orders
    breaks = verify()
    assert not breaks, breaks


def one_withdrawal(bank: MemoryBank, *, presses: int) -> Seen:
    """`presses` presses of one button over two channels: one case, one order, one voucher."""
    one = ready(1)

    def press(channel: str) -> Callable[[], Any]:
        def act() -> Any:
            begun = actions.begin(cast.SERVICE, person_id=one.who.person_id, channel=channel, at=AT)
            if isinstance(begun, Begun) and begun.reference == one.reference:
                return one.press()
            return begun

        return act

    done = at_once(*(press(CHANNELS[n % 2]) for n in range(presses)))
    said = answers(done)
    lawful = (Submitted, NotOpen, Begun, Mistakes)
    assert all(isinstance(answer, lawful) for answer in said), Counter(map(type, said))
    # Who came with a code that another press had used up is told that, and nothing else.
    told = [answer.errors for answer in said if isinstance(answer, Mistakes)]
    assert all(set(errors) == {"code"} for errors in told), told
    assert {answer.reference for answer in said if isinstance(answer, Submitted)} == {one.reference}
    assert one.press() == Submitted(one.reference), "whoever asks again learns that it is done"
    assert Case.objects.filter(state__in=LIVE).count() == 1
    order = PaymentOrder.objects.get()
    assert (order.case_reference, order.amount_fen) == (one.reference, one.shown_fen)
    assert Hold.objects.filter(account_id=one.who.account_id).count() == 1
    deposit = ledger.control_total("101")
    pay_out(bank)
    assert ledger.control_total("101") == deposit - one.shown_fen
    assert Voucher.objects.filter(kind="withdrawal_closing").count() == 1
    assert len(bank.requests) == 1
    assert one.case.state == "completed"
    return Seen(Counter(type(answer).__name__ for answer in said), done)


_AFTER = {"approve": "paying", "return_for_correction": "returned", "reject": "rejected"}


def two_decide(bank: MemoryBank, *, rounds: int) -> Seen:
    """Two members of staff decide one case at once: one decision, and only its consequences."""
    seen = Seen()
    pair = [cast.staff(f"yanhu.reviewer{n}") for n in (1, 2)]
    others = ("approve", "reject", "return_for_correction")
    for number in range(1, rounds + 1):
        one = ready(number, card_bound_at=AT - timedelta(hours=1))
        assert one.press() == Submitted(one.reference)
        wanted = ("approve", others[number % 3])
        shown = facts.review_page(one.reference, staff_id=pair[0].pk, at=AT).payload_hash
        done = at_once(
            *(_decision(one.reference, pair[n].pk, wanted[n], shown) for n in (0, 1)),
        )
        said = answers(done)
        assert {type(answer) for answer in said} == {Decided, DecisionRefused}, said
        (kept,) = CaseDecision.objects.filter(case=one.case)
        won = wanted[0 if isinstance(said[0], Decided) else 1]
        assert kept.decision == won
        assert one.case.state == _AFTER[won]
        ordered = PaymentOrder.objects.filter(case_reference=one.reference).count()
        assert ordered == (won == "approve")
        assert one.who.account.state == ("closing" if won == "approve" else "sealed")
        assert one.who.account.held == (0 if won == "reject" else cast.BALANCE)
        seen.outcomes[won] += 1
        seen.done += done
    pay_out(bank)
    return seen


def _decision(reference: str, staff_id: int, name: str, shown: str) -> Callable[[], Any]:
    reason = actions_reason(name)
    act = getattr(actions, name)
    return lambda: act(
        reference, staff_id=staff_id, reason_code=reason, note="", payload_hash=shown, at=AT
    )


def actions_reason(decision: str) -> str:
    """The first of the city's reasons for a decision."""
    return next(iter(getattr(policy.current().reasons, decision)))


def submit_and_freeze(bank: MemoryBank, *, rounds: int, seed: int = 1) -> Seen:
    """A court freezes while the member submits: whoever locks the account first has it."""
    seen, rng = Seen(), random.Random(seed)
    for number in range(1, rounds + 1):
        one = ready(number, proved=True)

        def freeze(one: Ready = one, number: int = number) -> bool:
            with transaction.atomic():
                ledger.freeze(
                    one.who.account_id,
                    authority="演示法院",
                    doc_no=f"{number}",
                    amount=None,
                    from_day=AT.date(),
                )
                return one.who.account.held == 0

        done = at_once(one.press, freeze, delays=seen.delays(rng))
        pressed, was_first = answers(done)
        if was_first:
            assert isinstance(pressed, NotOpen), f"a frozen account was ordered out: {pressed}"
            assert any(f.code.endswith("account_frozen") for f in pressed.findings if not f.met)
            assert (one.who.account.state, one.who.account.held) == ("sealed", 0)
            assert one.case.state == "draft"
        else:
            assert pressed == Submitted(one.reference)
            assert one.who.account.state == "closing"
        seen.outcomes["frozen first" if was_first else "ordered first"] += 1
        seen.done += done
    pay_out(bank)
    return seen


def submit_and_remit(bank: MemoryBank, *, rounds: int, seed: int = 1) -> Seen:
    """Money arrives while the member submits: it is in the order that was shown, or it waits."""
    seen, rng = Seen(), random.Random(seed)
    for number in range(1, rounds + 1):
        one = ready(number, proved=True)
        voucher = books.remittance(one.who.account_id, ARRIVING)
        waiting = -ledger.control_total("21901")
        done = at_once(one.press, lambda v=voucher: books.post(v), delays=seen.delays(rng))
        pressed, _posted = answers(done)
        waits = -ledger.control_total("21901") - waiting
        if isinstance(pressed, Submitted):
            order = PaymentOrder.objects.get(pk=one.case.order_no)
            assert order.amount_fen == one.shown_fen, "paid is what was shown and proved"
            assert order.principal_fen == cast.BALANCE
            assert waits == ARRIVING, "what came too late waits with the employer"
        else:
            assert _asked_again(pressed, one), pressed
            assert waits == 0
            assert one.who.account.available == cast.BALANCE + ARRIVING
            assert one.case.state == "draft"
        seen.outcomes["submitted" if isinstance(pressed, Submitted) else "asked again"] += 1
        seen.done += done
    pay_out(bank)
    assert ledger.control_total("") == 0
    return seen


def submit_and_flip(bank: MemoryBank, *, rounds: int, seed: int = 1) -> Seen:
    """The date flips while the member submits: the interest is the proved day's, or proof again."""
    seen, rng = Seen(), random.Random(seed)
    for number in range(1, rounds + 1):
        one = ready(number, proved=True)
        today = ledger.business_date()
        tomorrow = today + timedelta(days=1)
        ledger.ensure_partitions(tomorrow, tomorrow)
        done = at_once(one.press, lambda to=tomorrow: ledger.flip_day(to), delays=seen.delays(rng))
        pressed, _to = answers(done)
        if isinstance(pressed, Submitted):
            order = PaymentOrder.objects.get(pk=one.case.order_no)
            assert order.amount_fen == one.shown_fen, "paid is what was shown and proved"
            assert order.value_date == today
        else:
            assert _asked_again(pressed, one), pressed
            assert one.who.account.held == 0
            assert one.case.state == "draft"
        assert ledger.business_date() == tomorrow
        seen.outcomes["submitted" if isinstance(pressed, Submitted) else "asked again"] += 1
        seen.done += done
    pay_out(bank)
    return seen


def submit_and_retake(bank: MemoryBank, *, rounds: int, seed: int = 1) -> Seen:
    """A picture is taken anew while the case is submitted: what was submitted stays as it was."""
    seen, rng = Seen(), random.Random(seed)
    service = registry.service(cast.SERVICE)
    for number in range(1, rounds + 1):
        one = ready(number)

        def retake(one: Ready = one) -> Any:
            return actions.add_evidence(
                one.reference,
                person_id=one.who.person_id,
                slot="id_front",
                content=cast.photo(7),
                at=AT,
            )

        done = at_once(one.press, retake, delays=seen.delays(rng))
        pressed, taken = answers(done)
        assert pressed == Submitted(one.reference)
        assert isinstance(taken, EvidenceAdded | Mistakes), taken
        case = one.case
        content = payload_hash(
            case,
            principal_fen=case.quote["principal_fen"],
            payee=service.payee_of(service.gather(Asked(AT, one.who.person_id))),
        )
        assert content == case.payload_hash, "the pictures changed after they were submitted"
        seen.outcomes["retaken first" if isinstance(taken, EvidenceAdded) else "too late"] += 1
        seen.done += done
    pay_out(bank)
    return seen


def _asked_again(pressed: Any, one: Ready) -> bool:
    """Whether the member is told that the content changed and is to be proved again."""
    if isinstance(pressed, Mistakes):
        return set(pressed.errors) == {"code"}
    return pressed == Advanced(one.reference, one.number)
