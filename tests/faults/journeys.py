"""What a member, an account, the books and the bank go through when the bank goes wrong.

Each journey goes the whole way: adapter, signed HTTP, the simulated bank, its notices, the inbox,
the sweepers. It says at every stage what the member reads, what is held, which vouchers stand and
what the bank itself has counted; so no stage can be right by accident of another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anju import ledger
from anju.business.treasury.models import Break, Payment
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import facts
from anju.cases.models import Message
from anju.ledger.models import Voucher
from anju.ledger.verify import verify
from anju.store.models import InboxMessage

from .outside import Outside

PAYING = (
    "款项已为您留存，正交银行付款，预计 1 个工作日内到账。"
    "银行暂时联系不上时会自动再办，您不需要再做什么。"
)
FAILED = "银行未能付款，您的账户和余额没有变化，请核对收款卡后重新申请。"
RETURNED = "款项被收款银行退回，由中心保管，工作人员会与您联系。"
PAYOUT, CAME_BACK = "withdrawal_closing", "payout.returned"


@dataclass
class Case:
    """One member's withdrawal, accepted and on its way to the bank."""

    outside: Outside
    who: cast.Member
    reference: str
    order_no: str
    total: int
    opening: int

    @property
    def status(self) -> str:
        return Payment.objects.get(pk=self.order_no).status

    def breaks(self) -> set[str]:
        """The kinds of findings that a person has to look at."""
        return set(Break.objects.values_list("kind", flat=True))

    def is_paying(self, *, paid: int = 0, status: str = "unknown") -> None:
        """The order stands: the money is held, nothing is booked, nothing is given back."""
        self._reads("付款中", PAYING)
        self._holds("closing", held=cast.BALANCE, hold="ordered")
        self._stands(vouchers=[], paid=paid, status=status)

    def is_done(self, *, status: str = "paid") -> None:
        """Paid once, booked once, closed, told."""
        self._reads("已办结", f"{_yuan(self.total)} 元（本金")
        self._holds("closed", held=0, hold="settled")
        self._stands(vouchers=[PAYOUT], paid=self.total, status=status)

    def has_failed(self) -> None:
        """Nothing was paid, and the money is the account's own again."""
        self._reads("付款未成功", FAILED)
        self._holds("sealed", held=0, hold="released")
        self._stands(vouchers=[], paid=0, status="failed")
        assert self.who.account.available == cast.BALANCE

    def came_back(self) -> None:
        """Paid, booked, and booked back into suspense; the account stays closed."""
        self._reads("款项被退回", RETURNED)
        self._holds("closed", held=0, hold="settled")
        self._stands(vouchers=[PAYOUT, CAME_BACK], paid=self.total, status="returned", net=0)
        assert ledger.control_total("219") == -self.total

    def _reads(self, state: str, text: str) -> None:
        view = facts.case_view(self.reference, person_id=self.who.person_id, at=self.outside.at)
        assert (view.state_text, text in view.next_text) == (state, True), view.next_text

    def _holds(self, state: str, *, held: int, hold: str) -> None:
        account = self.who.account
        assert (account.state, account.held) == (state, held)
        kept = ledger.hold(cast.case(self.reference).hold_id)
        assert kept is not None
        assert kept.state == hold

    def _stands(
        self, *, vouchers: list[str], paid: int, status: str, net: int | None = None
    ) -> None:
        """The books and the bank, each by its own count."""
        assert self.status == status
        kinds = Voucher.objects.filter(source_id__in=[self.reference, self.order_no])
        assert list(kinds.order_by("id").values_list("kind", flat=True)) == vouchers
        counted = self.outside.moved(self.order_no)
        assert counted["payments"] == (1 if paid else 0)
        assert counted["paid_fen"] == paid
        left = paid if net is None else net
        assert counted["paid_fen"] - counted["returned_fen"] == left
        booked = self.opening - ledger.control_total("101")
        assert booked == (left if vouchers else 0), "our bank account against the bank's count"
        breaks = verify()
        assert not breaks, breaks

    def was_told(self, *titles: str) -> None:
        """Every message of this case by the end of its title, oldest first."""
        said = Message.objects.filter(reference=self.reference).order_by("pk")
        found = list(said.values_list("title", flat=True))
        assert len(found) == len(titles), found
        assert all(title.endswith(end) for title, end in zip(found, titles, strict=True)), found


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def accepted(outside: Outside, *, order: int = 1) -> Case:
    """A member submits; the order is written and nobody has called the bank yet."""
    who = outside.members[order - 1]
    reference = cast.submit(who, at=outside.at)
    case = cast.case(reference)
    quote = facts.case_view(reference, person_id=who.person_id, at=outside.at).quote
    assert quote is not None
    assert quote.total_fen == cast.BALANCE + cast.INTEREST
    assert case.order_no is not None
    return Case(
        outside, who, reference, case.order_no, quote.total_fen, ledger.control_total("101")
    )


# -- requests and replies --------------------------------------------------------------------------


def a_request_is_lost(outside: Outside) -> None:
    outside.goes_wrong("lose_request", times=1)
    case = accepted(outside)
    outside.work()
    for _minute in range(4):
        case.is_paying()
        outside.passes(minutes=1)
    assert outside.order(case.order_no) == {}, "not yet sent again"
    outside.passes(minutes=1)
    assert outside.order(case.order_no).get("times_received") == 1
    case.is_done()
    case.was_told("已受理", "已办结")


def a_request_arrives_after_it_was_sent_again(outside: Outside) -> None:
    """Not found is not "not paid": the first request still travels."""
    outside.goes_wrong("late_request", times=1, seconds=400)
    case = accepted(outside)
    outside.work()
    for _minute in range(5):
        case.is_paying()
        outside.passes(minutes=1)
    case.is_done()
    outside.passes(minutes=3)
    outside.wait_for(
        lambda: outside.order(case.order_no).get("times_received") == 2, "the late request"
    )
    case.is_done()


def a_reply_is_lost(outside: Outside) -> None:
    outside.goes_wrong("lose_reply", times=1)
    outside.goes_wrong("lose_notice", times=1)
    case = accepted(outside)
    outside.work()
    case.is_paying(paid=case.total)
    outside.passes(seconds=59)
    case.is_paying(paid=case.total)
    outside.passes(seconds=1)
    case.is_done()
    assert outside.order(case.order_no).get("times_received") == 1


def a_reply_comes_after_the_timeout(outside: Outside) -> None:
    outside.goes_wrong("slow_reply", times=1, seconds=2)
    outside.goes_wrong("lose_notice", times=1)
    case = accepted(outside)
    outside.work()
    case.is_paying(paid=case.total)
    outside.goes_wrong("lose_query_reply", times=1)
    outside.passes(minutes=1)
    case.is_paying(paid=case.total)
    outside.passes(minutes=1)
    case.is_done()
    assert outside.order(case.order_no).get("times_received") == 1


# -- notices ---------------------------------------------------------------------------------------


def a_notice_comes_three_times(outside: Outside) -> None:
    outside.goes_wrong("lose_reply", times=1)
    outside.goes_wrong("duplicate_notice", times=1)
    case = accepted(outside)
    outside.work()
    outside.news_arrives(3)
    assert InboxMessage.objects.count() == 1
    case.is_done()
    case.was_told("已受理", "已办结")


def notices_come_in_the_wrong_order(outside: Outside) -> None:
    """The return is told before the payment."""
    outside.goes_wrong("lose_reply", times=1)
    outside.goes_wrong("reorder_notices", times=1, seconds=3600)
    outside.goes_wrong("return", times=1, seconds=10)
    case = accepted(outside)
    outside.work()
    case.is_paying(paid=case.total)
    outside.clock.advance(seconds=11)
    outside.news_arrives(2)
    told = [row["order_no"] for row in outside.notices() if row["state"] == "delivered"]
    assert told == [case.order_no] * 2
    case.came_back()
    case.was_told("已受理", "已办结", "款项被退回")
    outside.passes(minutes=1)
    case.came_back()


def a_notice_comes_before_the_reply(outside: Outside) -> None:
    """And a worker has booked it before the reply is read."""
    outside.goes_wrong("notice_before_reply", times=1)
    outside.door.eager = True
    case = accepted(outside)
    outside.work()
    assert outside.door.accepted == 1, outside.door
    case.is_done()
    case.was_told("已受理", "已办结")


def a_notice_is_forged(outside: Outside) -> None:
    outside.goes_wrong("lose_reply", times=1)
    outside.goes_wrong("forged_notice", times=1)
    outside.goes_wrong("lose_notice", times=1)
    case = accepted(outside)
    outside.work()
    outside.news_arrives()
    assert (outside.door.refused, outside.door.accepted) == (1, 0)
    assert not InboxMessage.objects.exists()
    case.is_paying(paid=case.total)
    outside.passes(minutes=1)
    case.is_done()


def a_failure_is_told_by_mistake(outside: Outside) -> None:
    """Signed by the bank, and false: the bank is asked before anything is given back."""
    outside.goes_wrong("lose_reply", times=1)
    outside.goes_wrong("mistaken_failure", times=1)
    case = accepted(outside)
    outside.work()
    outside.news_arrives(2)
    case.is_done()
    assert case.breaks() == set()


# -- what becomes of the money ---------------------------------------------------------------------


def a_payment_is_refused(outside: Outside) -> None:
    outside.goes_wrong("refuse", times=1, reason_code="NAME_MISMATCH")
    case = accepted(outside)
    outside.work()
    outside.news_arrives()
    case.has_failed()
    assert case.breaks() == {"failed"}
    case.was_told("已受理", "未能付款")
    assert "户名不符" in Message.objects.filter(reference=case.reference).latest("pk").body
    again = cast.submit(case.who, at=outside.clock.advance(minutes=2))
    outside.work()
    assert cast.case(again).state == "completed"
    assert cast.case(again).order_no != case.order_no
    assert outside.moved()["payments"] == 1


def a_payment_comes_back(outside: Outside) -> None:
    outside.goes_wrong("return", times=1, seconds=3600)
    case = accepted(outside)
    outside.work()
    outside.news_arrives()
    case.is_done()
    outside.clock.advance(minutes=61)
    outside.news_arrives(2)
    case.came_back()
    assert case.breaks() == {"returned"}
    case.was_told("已受理", "已办结", "款项被退回")


def a_wrong_amount_is_paid(outside: Outside) -> None:
    """Nobody books what was not ordered: a person looks, the money stays held."""
    outside.goes_wrong("wrong_amount", times=1, delta_fen=-100)
    case = accepted(outside)
    outside.work()
    outside.news_arrives()
    for _hour in range(3):
        case.is_paying(paid=case.total - 100)
        assert case.breaks() == {"contradiction"}
        outside.passes(hours=1)
    assert Break.objects.count() == 1


def a_payment_is_made_that_nobody_ordered(outside: Outside) -> None:
    outside.goes_wrong("unordered", times=1)
    case = accepted(outside)
    outside.work()
    outside.news_arrives(2)
    case.is_done()
    found = Break.objects.values_list("kind", "amount_fen", "order_no")
    assert [(kind, fen, no[:4]) for kind, fen, no in found] == [
        ("never_ordered", case.total, "BANK")
    ]
    assert outside.moved()["payments"] == 2, "the bank's count is the evidence"


def the_bank_is_down_for_a_day(outside: Outside) -> None:
    outside.goes_wrong("bank_down")
    case = accepted(outside)
    outside.work()
    for _hour in range(24):
        case.is_paying()
        outside.passes(hours=1)
    assert ledger.business_date() == cast.AT.date().replace(day=21)
    outside.is_mended()
    for _minute in range(4):
        outside.passes(minutes=1)
    # The amount and its value date are the order's, however late the bank is back.
    case.is_done()
    assert outside.order(case.order_no).get("times_received") == 1
    assert case.breaks() == set()


JOURNEYS: tuple[Callable[[Outside], None], ...] = (
    a_request_is_lost,
    a_request_arrives_after_it_was_sent_again,
    a_reply_is_lost,
    a_reply_comes_after_the_timeout,
    a_notice_comes_three_times,
    notices_come_in_the_wrong_order,
    a_notice_comes_before_the_reply,
    a_notice_is_forged,
    a_failure_is_told_by_mistake,
    a_payment_is_refused,
    a_payment_comes_back,
    a_wrong_amount_is_paid,
    a_payment_is_made_that_nobody_ordered,
    the_bank_is_down_for_a_day,
)
