"""What the treasury itself expects to come in: payments that came back, employers, interest."""

from collections.abc import Callable

from anju.business.treasury.expected import Came, Expectation, Source, expects
from anju.business.treasury.models import PaymentOrder, Receipt
from anju.domain.payment import PaymentStatus
from anju.domain.vouchers import GlLine, SuspenseLine
from anju.ledger import UNALLOCATED, sources
from anju.parties import facts as parties
from anju.parties.facts import EmployerFacts
from anju.store import fields

RETURNED = "returned"
"""The kind of money that is a payment of ours come back (退票); its number is the order's."""
EMPLOYER = "employer"
INCOME = {"bank_interest": ("存款利息收入", "40101"), "other_income": ("其他收入", "40105")}


def register() -> None:
    """Make the treasury's sources known."""
    expects(
        Source(
            RETURNED,
            "退票款",
            find=_returned,
            hint="付款指令编号",
            by_number=_returned_by_number,
            by_payer=_returned_by_payer,
        )
    )
    expects(Source(EMPLOYER, "单位暂收（未分摊）", find=_employer, hint="单位统一社会信用代码"))
    for kind in INCOME:
        expects(Source(kind, INCOME[kind][0], find=_income_of(kind)))


def _expectation(order: PaymentOrder) -> Expectation | None:
    """The return of this order as its voucher booked it; None where another receipt has it."""
    if Receipt.objects.filter(claims=f"{RETURNED}:{order.pk}").exists():
        return None
    booked = sources.voucher_of("payout.returned", source_type="order", source_id=order.pk)
    if booked is None:
        return None
    return Expectation(RETURNED, order.pk, f"付款 {order.pk} 的退票款", voucher_id=booked)


def _came_back(came: Came) -> list[PaymentOrder]:
    rows = PaymentOrder.objects.filter(
        payment__status=PaymentStatus.RETURNED,
        amount_fen=came.amount_fen,
        payer_account=came.account,
    )
    return list(rows.order_by("order_no")[:50])


def _returned_by_number(came: Came) -> tuple[Expectation, ...]:
    orders = (order for order in _came_back(came) if order.pk in came.marks)
    return tuple(found for order in orders if (found := _expectation(order)) is not None)


def _returned_by_payer(came: Came) -> tuple[Expectation, ...]:
    payer = came.payer_account
    orders = (one for one in _came_back(came) if fields.unseal(one, "payee_account") == payer)
    return tuple(found for order in orders if (found := _expectation(order)) is not None)


def _returned(came: Came, number: str) -> Expectation | None:
    order = next((order for order in _came_back(came) if order.pk == number), None)
    return None if order is None else _expectation(order)


def _employer(came: Came, number: str) -> Expectation | None:
    found = parties.employer_by_uscc(number)
    return None if found is None else _of_employer(found, came)


def _of_employer(found: EmployerFacts, came: Came) -> Expectation:
    """Domain rule 003 (收到暂收): whose it is is known, for whom it is is not yet."""
    amount, who = came.amount_fen, found.employer_id
    return Expectation(
        EMPLOYER,
        found.uscc,
        f"{found.name} 的暂收款",
        gl=(GlLine(UNALLOCATED, -amount, employer_id=who),),
        suspense=(SuspenseLine(UNALLOCATED, "employer", str(who), amount, "received"),),
        is_once=False,
    )


def _income_of(kind: str) -> Callable[[Came, str], Expectation]:
    label, subject = INCOME[kind]

    def find(came: Came, number: str) -> Expectation:
        gl = (GlLine(subject, -came.amount_fen),)
        return Expectation(kind, "", label, gl=gl, is_once=False)

    return find
