"""Somebody pays for himself: agreed, fetched, refused and asked again, changed, ended."""

from __future__ import annotations

from datetime import date

import pytest

from anju import ledger
from anju.business.contributions import facts as contributions
from anju.business.contributions import remitting
from anju.business.contributions.accounts import finding
from anju.business.contributions.collecting.tests.test_collecting import came, sound
from anju.business.contributions.dunning import facts as dunning
from anju.business.contributions.flexible import debits
from anju.business.contributions.flexible.tests import people
from anju.business.contributions.flexible.tests.people import AT, MONTH_FEN, asked, signed, turn
from anju.business.contributions.models import EmployerAccount, FlexibleAgreement, Remittance
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.contributions.tests import units
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions
from anju.cases.models import Message
from anju.cases.records import NotOpen
from anju.domain.identifiers import id_check_digit
from anju.parties.models import Person
from anju.ports.bank_collections import PayerClass

FIRST17 = "14999919900101098"
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


@pytest.fixture(autouse=True)
def _office(books, fetches, city):
    city("yuncheng")
    cast.turn_to()


def fetched(worker, at=AT) -> str:
    """The bank is asked, fetches, and tells that it came; the list's number."""
    assert asked(at) == 1
    worker.work(at)
    order_no, made = people.order_of(FlexibleAgreement.objects.exclude(state="ended").get())
    came(order_no, made.total_fen)
    assert remitting.allocate(made.number, at=at)
    return str(made.number)


def test_one_that_cannot_be_asked_for_holds_nobody_up(fetches, monkeypatch):
    first = FIRST17 + id_check_digit(FIRST17)
    broken, sound_one = signed(), signed(id_number=first, name="演示·吴行", phone="15000000098")
    written = debits.written

    def fails(account, draft, **more):
        if draft.agreement == broken:
            raise ValueError("a limit is missing")
        return written(account, draft, **more)

    monkeypatch.setattr(debits, "written", fails)
    with pytest.raises(ExceptionGroup) as told:
        asked()
    (problem,) = told.value.exceptions
    assert (str(problem), problem.__notes__) == ("a limit is missing", [f"agreement {broken.pk}"])
    assert [each.agreement for each in Remittance.objects.all()] == [sound_one]
    monkeypatch.undo()
    assert asked() == 1, "it is asked for again once it can be"


def test_a_whole_life(fetches, worker):
    made = signed()
    body = Message.objects.get(person_id=made.person_id, title="灵活就业缴存协议已生效").body
    assert made.number in body
    assert "灵活就业缴存协议已生效" in cast.texts(made.person_id)[-1]
    assert "下次扣款：2026年11月20日" in body
    account = ledger.account(made.account_id)
    own = EmployerAccount.objects.get(is_own=True)
    assert (account.state, account.balance, account.employer_id) == ("open", 0, own.employer_id)
    fetched(worker)
    (request,) = fetches.asked
    assert (request.payer_class, request.payer_name) == (PayerClass.PERSON, "演示·周行")
    assert (request.payer_account, request.amount_fen) == (people.CARD, MONTH_FEN)
    assert ledger.account(made.account_id).balance == MONTH_FEN
    made.refresh_from_db()
    assert (made.paid_through, made.next_on) == (NOVEMBER, date(2026, 12, 20))
    page = contributions.account_page(made.person_id, at=AT)
    assert page.flexible[1] == "已缴至2026年11月。下次扣款：2026年12月20日。"
    assert (
        "银行卡缴存 1,000.00 元" in Message.objects.get(title__contains="灵活就业缴存已入账").body
    )
    sound()

    assert asked(turn(3)) == 0, "nothing is due before the day that was chosen"
    fetches.refuse = "余额不足"
    at = turn(31)
    assert asked(at) == 1
    worker.work(at)
    assert asked(at) == 0, "not twice on a day"
    fetches.refuse = ""
    fetched(worker, turn(32))
    assert Remittance.objects.filter(state="done").count() == 2, "the same list was asked again"
    assert ledger.account(made.account_id).balance == 2 * MONTH_FEN

    people.changed(people.person(), base="6000.00", ratio="10")
    made.refresh_from_db()
    assert (made.state, made.next_on) == ("ended", None)
    now = FlexibleAgreement.objects.exclude(pk=made.pk).get()
    assert (now.base_fen, now.first_month, now.payer_account == b"") == (600_000, JANUARY, False)
    fetched(worker, turn(62))
    assert ledger.account(made.account_id).balance == 2 * MONTH_FEN + 60_000

    people_changed_to_end()
    account = ledger.account(made.account_id)
    assert account.state == "sealed"
    assert asked(turn(95)) == 0
    n = account.balance * (date(2026, 11, 20) - account.interest_from).days
    assert account.v >= n, "each month earns from the day on which it came"
    sound()


def people_changed_to_end() -> None:
    by, reviewer = stop.teller("end.teller"), cast.staff("end.reviewer")
    posted = {**people.NOTHING, "deed": "end"}
    reference = units.submitted(
        people.CHANGING, by, posted, "change_request", person_id=people.person()
    )
    stop.approved(reference, reviewer.pk)


def test_what_is_refused_too_often_halts_and_goes_on_with_another_card(fetches, worker):
    made = signed()
    fetches.refuse = "余额不足"
    # From Friday on, the weekend left out.
    for days in (0, 3, 4):
        at = turn(days) if days else AT
        assert asked(at) == 1
        worker.work(at)
    at = turn(5)
    assert asked(at) == 0
    made.refresh_from_db()
    assert (made.state, made.next_on) == ("halted", None)
    assert "余额不足" in Message.objects.get(title="灵活就业缴存扣款已暂停").body
    waits = people.waiting()
    fetches.refuse = ""
    people.changed(people.person(), card="6210000000000000017")
    waits.refresh_from_db()
    assert waits.state == "void"
    fetched(worker, at)
    assert ledger.account(made.account_id).balance == MONTH_FEN
    sound()


@pytest.mark.parametrize(
    ("plan", "months", "paid", "next_on"),
    [("yearly", "", 12, date(2027, 11, 20)), ("once", "3", 3, None)],
)
def test_several_months_are_paid_at_once(plan, months, paid, next_on, worker):
    made = signed(plan=plan, months=months)
    number = fetched(worker)
    lines = Remittance.objects.get(number=number).lines.all()
    assert len(lines) == paid
    assert ledger.account(made.account_id).balance == sum(each.member_fen for each in lines)
    made.refresh_from_db()
    assert made.next_on == next_on
    sound()


def test_money_of_one_never_pays_for_another(fetches, worker):
    first = signed()
    second = signed_by_another()
    assert asked() == 2
    worker.work(AT)
    order_no, made = people.order_of(first)
    came(order_no, made.total_fen)
    assert remitting.allocate(made.number, at=AT)
    assert ledger.account(first.account_id).balance == MONTH_FEN
    assert ledger.account(second.account_id).balance == 0
    sound()


def signed_by_another() -> FlexibleAgreement:
    first17 = "14999919910101099"
    return signed(
        name="演示·吴行", id_number=first17 + id_check_digit(first17), phone="15000000098",
        agreement_no="DK2",
    )  # fmt: skip


def test_a_sealed_account_comes_along_from_its_employer(worker):
    who = cast.member(7, sealed="left")
    before = who.account
    signed(name="演示·李华7", id_number=cast.id_number(7), phone="15000000007")
    assert Person.objects.count() == 1
    account = who.account
    assert (account.state, account.balance) == ("open", before.balance)
    own = EmployerAccount.objects.get(is_own=True)
    assert account.employer_id == own.employer_id
    assert contributions.enrolment(who.person_id).first_month == NOVEMBER
    fetched(worker)
    assert who.account.balance == before.balance + MONTH_FEN
    sound()


def test_nobody_is_reminded_and_no_teller_finds_our_own_account(worker):
    signed()
    teller = cast.staff("list.teller", role="teller", branch_code="center")
    assert finding.employers(teller.pk).count == 0
    assert not dunning.overdue(date(2027, 6, 1)).exists()


def test_money_that_came_is_not_fetched_again_before_it_is_booked(fetches, worker):
    made = signed()
    assert asked() == 1
    worker.work(AT)
    order_no, waits = people.order_of(made)
    came(order_no, waits.total_fen)
    at = turn(3)
    assert asked(at) == 0, "what came waits to be booked; the card is not charged twice"
    assert remitting.allocate(waits.number, at=at)
    assert ledger.account(made.account_id).balance == MONTH_FEN
    assert len(fetches.asked) == 1
    sound()


def test_terms_stay_while_money_that_came_is_being_booked(fetches, worker):
    made = signed()
    assert asked() == 1
    worker.work(AT)
    order_no, waits = people.order_of(made)
    came(order_no, waits.total_fen)
    by = stop.teller("hasty.teller")
    posted = {**people.NOTHING, "deed": "end"}
    answer = actions.enter(people.CHANGING, by=by, person_id=people.person(), posted=posted, at=AT)
    assert isinstance(answer, NotOpen), answer
    unmet = {each.code for each in answer.findings if not each.met}
    assert unmet == {"flexible_changing.debit_under_way"}
    assert remitting.allocate(waits.number, at=AT)
    people_changed_to_end()
    sound()


def test_a_stop_does_not_leave_the_card_charged(fetches, worker):
    made = signed()
    fetched(worker)
    by = stop.teller("stop.teller")
    answer = actions.enter(
        stop.SERVICE, by=by, person_id=made.person_id,
        posted={"reason": "retired", "last_month": "2026-11"}, at=AT,
    )  # fmt: skip
    assert isinstance(answer, NotOpen), answer
    assert {each.code for each in answer.findings if not each.met} == {"stopping.pays_for_himself"}


def test_what_was_paid_at_once_is_not_paid_again_by_another_card(fetches, worker):
    signed(plan="once", months="3")
    fetched(worker)
    by = stop.teller("card.teller")
    posted = {**people.NOTHING, "deed": "change", "card": "6210000000000000017"}
    answer = actions.enter(people.CHANGING, by=by, person_id=people.person(), posted=posted, at=AT)
    assert isinstance(answer, NotOpen), answer
    assert {each.code for each in answer.findings if not each.met} == {
        "flexible_changing.plan_wrong"
    }
