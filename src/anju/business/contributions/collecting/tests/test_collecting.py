"""委托收款: an agreement is approved, a list's money fetched once, whatever the bank does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from anju import ledger, ports
from anju.business.contributions import remittance_proofs, remitting
from anju.business.contributions.collecting import actions as fetching
from anju.business.contributions.collecting.actions import Fetching
from anju.business.contributions.models import CollectionAgreement, Remittance
from anju.business.contributions.remittance_lists import NotConfirmed
from anju.business.contributions.remitting import NotVoidable
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists
from anju.business.treasury import collecting, collection_orders, collection_proofs, facts
from anju.business.treasury.models import Break, CollectionOrder
from anju.business.treasury.tests import test_receipts as receipts
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions
from anju.cases.records import Entered, EvidenceAdded, Mistakes, NotOpen, Submitted
from anju.parties.models import SmsMessage
from anju.ports.bank import BankUnreachable, OrderNumberReused
from anju.ports.bank_collections import Collected, Collection, CollectionReply
from anju.store import fields
from anju.store.audit import Actor

SERVICE = "contributions.collecting"
AT, MONTH = lists.AT, lists.MONTH
TOTAL, MINUTE = 2 * MONTH, timedelta(minutes=1)
PAYER = "8888000000000011"
SIGN = {
    "deed": "sign", "agreement_no": "XY1408000001", "bank": "105", "payer_account": PAYER,
    "signed_on": "2026-11-20", "valid_until": "2027-11-20",
}  # fmt: skip


@dataclass
class FetchingBank:
    """Fetches at once unless told otherwise, each number once; `asked` is what it was sent.

    Attributes:
        lose: "request" (never arrives) or "reply" (fetched, nobody hears) of the next calls.
        refuse: why it refuses the next orders, "" to fetch them.
        delta_fen: how much more than asked it says it has charged.
    """

    lose: str = ""
    refuse: str = ""
    delta_fen: int = 0
    asked: list[Collection] = field(default_factory=list)
    known: dict[str, tuple[Collection, str]] = field(default_factory=dict)

    def collect(self, request: Collection) -> CollectionReply:
        """The port's `collect`."""
        self.asked.append(request)
        if self.lose == "request":
            raise BankUnreachable("connection refused")
        first = self.known.setdefault(request.order_no, (request, self.refuse))
        if first[0] != request:
            raise OrderNumberReused(request.order_no)
        if self.lose == "reply":
            raise BankUnreachable("read timed out")
        return self.query_collection(request)

    def query_collection(self, request: Collection) -> CollectionReply:
        """The port's `query_collection`."""
        known = self.known.get(request.order_no)
        if known is None:
            return self._reply(request, Collected.NOT_FOUND, 0, "")
        if known[1]:
            return self._reply(request, Collected.REFUSED, 0, known[1])
        charged = request.amount_fen + self.delta_fen
        return self._reply(request, Collected.COLLECTED, charged, "")

    def _reply(
        self, request: Collection, outcome: Collected, fen: int, reason: str
    ) -> CollectionReply:
        return CollectionReply(
            order_no=request.order_no,
            outcome=outcome,
            asked_fen=0 if outcome is Collected.NOT_FOUND else request.amount_fen,
            amount_fen=fen,
            bank_serial=f"S-{request.order_no}" if fen else "",
            reason_code="INSUFFICIENT" if reason else "",
            reason=reason,
            occurred_at=AT,
        )


@pytest.fixture
def fetches():
    """The bank that fetches."""
    found = FetchingBank()
    with ports.offering("bank", found):
        yield found


@pytest.fixture
def agreed(books, city, fetches, worker):
    """An employer with an agreement and November's list; account, people, staff, the number."""
    account, people, by = lists._company(city)
    stop.approved(submitted(stop.teller(), SIGN), by)
    return account, people, by, lists.confirm(account, by=by).number


def enter(by, posted):
    return actions.enter(SERVICE, by=by, employer_id=cast.employer(), posted=posted, at=AT)


def submitted(by, posted) -> str:
    """An agreement that waits for its review, with its papers."""
    answer = enter(by, posted)
    assert isinstance(answer, Entered), answer
    kept = actions.add_entered_evidence(
        answer.reference, by=by, slot="agreement_papers", content=cast.photo(120), at=AT
    )
    assert isinstance(kept, EvidenceAdded)
    assert actions.submit_entered(answer.reference, by=by, at=AT) == Submitted(answer.reference)
    return answer.reference


def fetch(number: str, *, at=AT) -> str:
    """Ask for a list's money; the order's number."""
    answer = fetching.fetch(number, actor=Actor.system(), at=at)
    assert isinstance(answer, Fetching), answer
    return answer.order_no


def refused(number: str) -> list[str]:
    answer = fetching.fetch(number, actor=Actor.system(), at=AT)
    assert isinstance(answer, NotConfirmed)
    return [each.code.removeprefix("collecting.") for each in answer.findings]


def came(order_no: str, amount: int = TOTAL):
    """The bank tells that the fetched money has come."""
    to = CollectionOrder.objects.values_list("payee_account", flat=True).get(pk=order_no)
    return lists.came(amount, remark=order_no, bank_serial=f"S-{order_no}", account=to)


def status(order_no: str) -> str:
    return CollectionOrder.objects.values_list("status", flat=True).get(pk=order_no)


def sound() -> None:
    lists.sound()
    assert [*remittance_proofs.breaks(), *collection_proofs.breaks()] == []


def test_a_list_is_fetched_and_given_to_everybody(agreed, fetches, worker):
    _account, people, _by, number = agreed
    order_no = fetch(number)
    assert refused(number) == ["under_way"]
    worker.work(AT)
    (asked,) = fetches.asked
    assert (asked.order_no, asked.amount_fen, asked.agreement_no) == (
        order_no, TOTAL, "XY1408000001",
    )  # fmt: skip
    assert (asked.payer_name, asked.payer_account, asked.payer_bank_code) == (
        "演示·水文站", PAYER, "105",
    )  # fmt: skip
    assert asked.payee_account == Remittance.objects.get().receiving_account
    assert status(order_no) == "paid"
    assert refused(number) == ["under_way"], "its money is on the way"
    receipt = came(order_no)
    assert (receipt.state, receipt.kind, receipt.number) == ("matched", "remittance", number)
    assert remitting.allocate(number, at=AT)
    assert lists.balances(people) == [MONTH, MONTH, 0]
    assert refused(number) == ["list_not_waiting"]
    assert facts.fetched_for(number)[0].under_way is False
    sound()


def test_what_the_bank_refuses_is_told_and_asked_for_again_so_often(agreed, fetches, worker):
    account, _people, by, number = agreed
    stop.unit_agent()
    fetches.refuse = "付款账户余额不足"
    for turn in range(3):
        order_no = fetch(number, at=AT + turn * MINUTE)
        worker.work(AT + turn * MINUTE)
        assert status(order_no) == "failed"
        assert facts.fetched_for(number)[0].reason == "付款账户余额不足"
    assert SmsMessage.objects.filter(kind="treasury.not_collected").count() == 3
    assert refused(number) == ["tries_used"]
    assert Remittance.objects.get().state == "confirmed"
    remitting.void(number, actor=Actor.staff(by), at=AT)
    fetches.refuse = ""
    again = lists.confirm(account, key="again", by=by).number
    fetch(again)
    sound()


def test_no_answer_is_unknown_asked_for_and_never_fetched_twice(agreed, fetches, worker):
    number = agreed[-1]
    fetches.lose = "reply"
    order_no = fetch(number)
    worker.work(AT)
    assert status(order_no) == "unknown"
    with pytest.raises(NotVoidable):
        remitting.void(number, actor=Actor.system(), at=AT)
    fetches.lose = ""
    assert collecting.sweep(at=AT) == 0
    assert collecting.sweep(at=AT + MINUTE) == 1
    assert worker.work(AT + MINUTE) == ["treasury.ask_collection"]
    assert (status(order_no), len(fetches.asked)) == ("paid", 1)
    came(order_no)
    assert remitting.allocate(number, at=AT)
    sound()


def test_a_request_that_never_arrived_is_sent_again_under_its_number(agreed, fetches, worker):
    number = agreed[-1]
    fetches.lose = "request"
    order_no = fetch(number)
    worker.work(AT)
    fetches.lose = ""
    for minutes in range(1, 6):
        collecting.sweep(at=AT + minutes * MINUTE)
        worker.work(AT + minutes * MINUTE)
    assert status(order_no) == "paid"
    assert {each.order_no for each in fetches.asked} == {order_no}


def test_a_lost_worker_and_a_second_one_fetch_once(agreed, fetches, worker):
    order_no = fetch(agreed[-1])
    assert collecting.sweep(at=AT + MINUTE) == 1
    assert worker.work(AT + MINUTE) == ["treasury.collect", "treasury.collect"]
    assert len(fetches.asked) == 1
    assert collecting.ask(order_no, at=AT + MINUTE) == "paid"


def test_another_sum_or_number_of_the_banks_is_for_a_person(agreed, fetches, worker):
    number = agreed[-1]
    fetches.delta_fen = 1
    order_no = fetch(number)
    worker.work(AT)
    assert status(order_no) == "unknown"
    assert [each.kind for each in Break.objects.all()] == ["contradiction"]
    came(order_no, TOTAL + 1)
    assert remitting.allocate(number, at=AT), "the money is the employer's all the same"
    assert ledger.unallocated(cast.employer()) == 1


def test_a_number_that_the_bank_knows_otherwise_stops(agreed, fetches, worker):
    order_no = fetch(agreed[-1])
    ours = collection_orders.request_of(CollectionOrder.objects.get())
    fetches.known[order_no] = (replace(ours, amount_fen=7), "")
    worker.work(AT)
    row = CollectionOrder.objects.get()
    assert (row.status, row.next_look_at) == ("unknown", None)
    assert Break.objects.get().kind == "contradiction"


def test_what_was_written_stays_and_what_was_forged_is_not_sent(agreed, fetches, worker):
    fetch(agreed[-1])
    worker.work(AT)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE treasury_collectionorder SET amount_fen = 1")
    forged = CollectionOrder.objects.get()
    payer = {name: fields.unseal(forged, name) for name in ("payer_name", "payer_account")}
    forged.order_no, forged.number, forged.status = "DS0", "HJ0", "written"
    forged.settled_at = None
    for name, told in payer.items():
        fields.seal(forged, name, told.expose())
    forged.save(force_insert=True)
    assert collecting.send("DS0", at=AT) == "written"
    assert len(fetches.asked) == 1
    assert [each.kind for each in Break.objects.all()] == ["tampered"]


def test_money_that_is_taken_back_leaves_the_list_and_may_be_fetched_again(agreed, fetches, worker):
    number = agreed[-1]
    order_no = fetch(number)
    worker.work(AT)
    receipt = came(order_no)
    receipts.came(
        -TOTAL, bank_serial=receipt.arrival.serial, account=receipt.arrival.account, reversal=True
    )
    assert not remitting.allocate(number, at=AT)
    again = fetch(number, at=AT + MINUTE)
    worker.work(AT + MINUTE)
    came(again)
    assert remitting.allocate(number, at=AT)
    sound()


def test_without_an_agreement_or_with_money_there_nothing_is_fetched(books, city, fetches):
    account, _people, by = lists._company(city)
    number = lists.confirm(account, by=by).number
    assert refused(number) == ["no_agreement"]
    short = SIGN | {"valid_until": "2026-11-20"}
    stop.approved(submitted(stop.teller(), short), by)
    lists.came(TOTAL, remark=number)
    assert refused(number) == ["paid_already"]
    CollectionAgreement.objects.update(ended_on=AT.date())
    assert refused(number) == ["no_agreement", "paid_already"]


def test_an_agreement_is_replaced_ended_and_kept(agreed, fetches):
    _account, _people, by, number = agreed
    entrant = stop.unit_agent()
    stop.approved(submitted(entrant, SIGN | {"agreement_no": "XY2"}), by)
    rows = CollectionAgreement.objects.order_by("pk")
    assert [(row.agreement_no, row.ended_on is None) for row in rows] == [
        ("XY1408000001", False), ("XY2", True),
    ]  # fmt: skip
    fetch(number)
    busy = enter(entrant, {"deed": "end"})
    assert isinstance(busy, NotOpen)
    CollectionOrder.objects.update(status="failed", settled_at=AT)
    stop.approved(submitted(entrant, {"deed": "end"}), by)
    assert not CollectionAgreement.objects.filter(ended_on=None).exists()
    assert isinstance(enter(entrant, {"deed": "sign"}), Mistakes)
    wrong = "UPDATE contributions_collectionagreement SET agreement_no = 'XY9'"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(wrong)


@pytest.mark.mutants
def test_money_that_came_with_another_sum_is_found(agreed, fetches, worker):
    order_no = fetch(agreed[-1])
    worker.work(AT)
    came(order_no, TOTAL - 1)
    assert [each.kind for each in collection_proofs.breaks()] == ["collection"]
