"""Orders that give employers their unallocated money back, as the bank settles them."""

from datetime import datetime

from anju.business.treasury import employer_postings as postings
from anju.business.treasury.bank_accounts import id_of
from anju.business.treasury.models import EmployerRefund
from anju.business.treasury.postings import post
from anju.business.treasury.receipts import book_return
from anju.parties import agent_messages
from anju.parties.facts import staff_ref

State = EmployerRefund.State


def lock_case_of_order(order_no: str) -> None:
    """Lock the refund: it is locked before its order."""
    _locked(order_no)


def payment_succeeded(order_no: str, *, at: datetime) -> None:
    """The bank paid it: it is the employer's no more."""
    refund = _locked(order_no)
    post(
        postings.paid(
            refund.reference,
            order_no=order_no,
            employer_id=refund.employer_id,
            amount=refund.order.amount_fen,
            account=id_of(refund.order.payer_account),
            checker=staff_ref(refund.approved_by_id),
            at=at,
        )
    )
    _go(refund, State.DONE)
    _tell(refund, "已由银行付出", at=at)


def payment_failed(order_no: str, *, reason: str, at: datetime) -> None:
    """The bank did not pay: the money waits as before, and may be asked for again."""
    refund = _locked(order_no)
    amount, employer = refund.order.amount_fen, refund.employer_id
    post(postings.not_paid(refund.reference, employer_id=employer, amount=amount, at=at))
    _go(refund, State.FAILED, note=reason)
    _tell(refund, "银行未能付款，款项仍在单位未分摊资金中", at=at)


def payment_came_back(order_no: str, *, reason: str, at: datetime) -> None:
    """The bank paid and it came back: it waits for the employer again."""
    refund = _locked(order_no)
    amount, employer = refund.order.amount_fen, refund.employer_id
    book_return(order_no, amount=amount, account_id=None, at=at)
    post(
        postings.came_back(
            refund.reference, employer_id=employer, order_no=order_no, amount=amount, at=at
        )
    )
    _go(refund, State.RETURNED, note=reason)
    _tell(refund, "被收款银行退回，款项已回到单位未分摊资金", at=at)


def _locked(order_no: str) -> EmployerRefund:
    rows = EmployerRefund.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("order").get(pk=order_no)


def _go(refund: EmployerRefund, state: str, *, note: str = "") -> None:
    refund.state, refund.note = state, note[:200]
    refund.save(update_fields=["state", "note"])


def _tell(refund: EmployerRefund, what: str, *, at: datetime) -> None:
    agent_messages.tell_agents(
        refund.employer_id,
        who=None,
        kind="treasury.employer_refund",
        text=f"贵单位的未分摊退款（业务编号 {refund.reference}）{what}{agent_messages.LOOK}",
        at=at,
    )
