"""未分摊退款: entered with papers, approved, paid where it came from, or back where it waited."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from anju import ledger
from anju.business.contributions import remittance_proofs, remitting
from anju.business.contributions.employer_closing import facts as closing
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import test_remitting as lists
from anju.business.treasury import actions as treasury
from anju.business.treasury import employer_refund_proofs, facts, return_facts
from anju.business.treasury.models import EmployerRefund, PaymentOrder
from anju.business.treasury.origins import Origin, origin_of
from anju.business.treasury.tests import test_receipts as receipts
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions
from anju.cases.declaration import Asked
from anju.cases.records import Entered, EvidenceAdded, NotOpen, Submitted
from anju.domain.rules import Outcome
from anju.parties.models import SmsMessage
from anju.store import fields
from anju.store.audit import Actor

SERVICE = "contributions.refunding"
AT, MONTH = lists.AT, lists.MONTH


@pytest.fixture
def paid(books, city):
    """November was paid with five yuan too much; staff that acted, and the receipt's number."""
    account, _people, by = lists._company(city)
    receipt = lists.paid(lists.confirm(account, by=by).number, 2 * MONTH + 500)
    return account, by, receipt.reference


def enter(by, receipt: str, amount: str = "5"):
    posted = {"receipt": receipt, "bank": "105", "amount": amount, "note": "多付"}
    return actions.enter(SERVICE, by=by, employer_id=cast.employer(), posted=posted, at=AT)


def submitted(by, receipt: str, amount: str = "5") -> str:
    """A refund that waits for its review, with its papers."""
    answer = enter(by, receipt, amount)
    assert isinstance(answer, Entered), answer
    kept = actions.add_entered_evidence(
        answer.reference, by=by, slot="refund_papers", content=cast.photo(120), at=AT
    )
    assert isinstance(kept, EvidenceAdded)
    assert actions.submit_entered(answer.reference, by=by, at=AT) == Submitted(answer.reference)
    return answer.reference


def ordered(by: int, receipt: str, amount: str = "5", *, entrant=None) -> str:
    """Approved; the number of the order that was written."""
    stop.approved(submitted(entrant or stop.unit_agent(), receipt, amount), by)
    return str(EmployerRefund.objects.latest("order_id").pk)


def unmet(answer) -> list[str]:
    assert isinstance(answer, NotOpen), answer
    found = [each.code for each in answer.findings if each.outcome is Outcome.UNMET]
    return [code.removeprefix("refunding.") for code in found]


def sound() -> None:
    lists.sound()
    assert [*remittance_proofs.breaks(), *employer_refund_proofs.breaks()] == []


def test_it_is_set_aside_at_once_and_paid_where_it_came_from(paid, worker):
    _account, by, receipt = paid
    order_no = ordered(by, receipt)
    assert ledger.unallocated(cast.employer()) == 0, "it pays no list meanwhile"
    asked = Asked(AT, employer_id=cast.employer())
    assert closing.gather(asked).unallocated_fen == 500, "nor does the employer close meanwhile"
    sound()
    order = PaymentOrder.objects.get()
    came = facts.Receipt.objects.get(reference=receipt).arrival
    assert order_no.startswith("TD")
    assert (order.amount_fen, order.payee_bank_code, order.payer_account) == (
        500, "105", came.account,
    )  # fmt: skip
    for column, told in (("payee_account", "payer_account"), ("payee_name", "payer_name")):
        assert fields.unseal(order, column) == fields.unseal(came, told)
    worker.work(AT)
    assert closing.gather(asked).unallocated_fen == 0
    refund = EmployerRefund.objects.get()
    assert (refund.state, refund.approved_by_id) == ("done", by)
    assert receipts.books()["101"] == 3 * cast.BALANCE + 2 * MONTH
    assert origin_of("order", order_no) == Origin("case", refund.reference)
    assert SmsMessage.objects.filter(kind="treasury.employer_refund").count() == 1
    assert unmet(enter(stop.teller(), receipt, "0.01")) == ["more_than_waits"]
    sound()


def test_what_the_bank_refuses_waits_again_and_is_asked_for_again(paid, bank, worker):
    _account, by, receipt = paid
    bank.refuse = "账号户名不符"
    ordered(by, receipt)
    worker.work(AT)
    refund = EmployerRefund.objects.get()
    assert (refund.state, ledger.unallocated(cast.employer())) == ("failed", 500)
    sound()
    assert facts.paid_in(receipt).left_fen == 2 * MONTH + 500
    bank.refuse = ""
    again = ordered(by, receipt, entrant=stop.teller())
    worker.work(AT)
    assert EmployerRefund.objects.get(pk=again).state == "done"
    sound()


def test_what_comes_back_is_the_employers_again_and_no_members_return(paid, bank, worker):
    _account, by, receipt = paid
    order_no = ordered(by, receipt)
    worker.work(AT)
    bank.give_back(order_no)
    treasury.ask(order_no, at=AT + timedelta(days=1))
    assert EmployerRefund.objects.get().state == "returned"
    assert ledger.unallocated(cast.employer()) == 500
    accountant = receipts.staff("books")
    assert return_facts.listed(accountant, state="due").lines == ()
    sound()


def test_no_more_than_came_and_no_more_than_waits(paid):
    _account, by, receipt = paid
    teller = stop.teller()
    assert unmet(enter(teller, receipt, "5.01")) == ["more_than_waits"]
    assert unmet(enter(teller, receipt, "0")) == ["nothing_asked"]
    assert "receipt_unknown" in unmet(enter(teller, "LK0"))
    ordered(by, receipt, "2")
    lists.paid("", 900)
    assert facts.paid_in(receipt).left_fen == 2 * MONTH + 300


def test_money_that_a_list_waits_for_stays(paid):
    account, by, receipt = paid
    reference = submitted(stop.teller(), receipt)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_flip_day('2026-12-01')")
    owed = remitting.due(account)
    remitting.confirm(
        account, month=owed.month, seen_headcount=owed.headcount, seen_total_fen=owed.total_fen,
        key="second", actor=Actor.staff(by), at=AT + timedelta(days=11),
    )  # fmt: skip
    refused = stop.decide(reference, by)
    assert "等待缴款" in refused.text or "还没有缴款" in refused.text
    assert unmet(enter(stop.unit_agent(2), receipt)) == ["another_case_live", "list_unpaid"]
    assert not EmployerRefund.objects.exists()


def test_what_was_approved_stays_and_what_only_says_so_is_found(paid):
    _account, by, receipt = paid
    ordered(by, receipt)
    wrong = "UPDATE treasury_employerrefund SET reference = 'TW0'"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(wrong)
    EmployerRefund.objects.update(state="done")
    assert [each.kind for each in employer_refund_proofs.breaks()] == ["employer_refund"]
