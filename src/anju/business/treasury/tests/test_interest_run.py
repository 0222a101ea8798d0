"""30 June in stages: who may, in what order, what is booked and told; killed at every statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from anju import ledger
from anju.business.treasury import day_end, day_end_facts, interest_run, interest_run_facts
from anju.business.treasury.interest_run import Slices
from anju.business.treasury.models import InterestStep
from anju.business.treasury.tests.still_bank import beside_a_still_bank
from anju.business.treasury.tests.test_day_end import seal_by_hand
from anju.business.treasury.two_people import Refused
from anju.cases.records import NotYours
from anju.ledger.sources import vouchers_of
from anju.ledger.tests.books import DAY, account, post, remittance, sound, withdrawal
from anju.ledger.tests.test_reinstating import paid_out, reinstate
from anju.parties.facts import staff_ref
from anju.parties.models import SmsMessage
from anju.parties.tests import cast

AT = cast.AT
JULY = date(2027, 7, 5)
SMALL = Slices(settled=3, told=2)


@pytest.fixture
def staff(db: None, city: Any) -> dict[str, int]:
    """Two accountants, an administrator and a teller; the books open in a city."""
    city("yuncheng")
    ledger.open_day(DAY)
    roles = {"one": "accountant", "two": "accountant", "admin": "admin", "teller": "teller"}
    return {name: cast.staff(f"books.{name}", roles=(role,)).pk for name, role in roles.items()}


def town(people: int = 7) -> list[int]:
    """Members of three employers, with money of today."""
    persons = [cast.person(at + 1).pk for at in range(people)]
    return [
        account(balance=1_000_000 + at, person=person, employer=[7, 8, None][at % 3])
        for at, person in enumerate(persons)
    ]


def begun(staff: dict[str, int], slices: Slices = SMALL) -> None:
    """The settlement of 2027 prepared."""
    ledger.flip_day(JULY)
    assert interest_run.begin(2027, staff_id=staff["one"], at=AT) is None
    interest_run.run(lambda: AT, slices=slices)


def sign(staff_id: int) -> Refused | None:
    totals = interest_run_facts.board(staff_id, 2027, at=AT).fingerprint
    return interest_run.sign(2027, staff_id=staff_id, totals=totals, at=AT)


def states() -> dict[str, str]:
    return dict(InterestStep.objects.values_list("step", "state"))


def test_from_preparation_to_the_message(staff: dict[str, int]) -> None:
    members = town()
    ledger.flip_day(JULY - timedelta(5))
    assert interest_run.due_year() is None or ledger.business_date() >= date(2027, 7, 1)
    begun(staff)
    assert states() == {
        "prepare": "done", "first": "waiting", "second": "waiting", "release": "waiting",
        "tell": "waiting",
    }  # fmt: skip
    assert ledger.control_total("41101") == 0
    assert sign(staff["one"]) is None
    assert sign(staff["two"]) is None
    interest_run.run(lambda: AT, slices=SMALL)
    assert set(states().values()) == {"done"}
    totals = ledger.interest_totals(2027)
    [sheet] = vouchers_of("2027/1")
    assert (sheet.maker, sheet.checker) == (staff_ref(staff["one"]), staff_ref(staff["two"]))
    [year] = interest_run_facts.years(staff["two"]).lines
    assert (year.signer1, year.signer2) == ("演示·柜员", "演示·柜员")
    assert (totals.accounts, totals.posted) == (7, 7)
    assert ledger.control_total("41101") == totals.interest > 0
    assert SmsMessage.objects.filter(kind="treasury.interest").count() == len(members)
    assert interest_run.run(lambda: AT, slices=SMALL) == 0
    assert SmsMessage.objects.filter(kind="treasury.interest").count() == len(members)
    assert sound()


def test_the_adjustments_of_30_june_are_sealed_like_a_day(staff: dict[str, int]) -> None:
    town(2)
    begun(staff)
    assert sign(staff["one"]) is None
    of = day_end.Unit(date(2027, 6, 30), "adjustment")
    with pytest.raises(LookupError):
        day_end_facts.board(staff["one"], of, at=AT)
    assert sign(staff["two"]) is None
    interest_run.run(lambda: AT, slices=SMALL)
    with beside_a_still_bank():
        day_end.run(lambda: AT)
    waits = day_end_facts.board(staff["one"], of, at=AT)
    assert [line.step for line in waits.steps if line.state == "done"] == ["proofs", "leaves"]
    assert "先封账" in waits.steps[2].note
    for row in ledger.days_to_seal():
        if row.segment == "day":
            seal_by_hand(row.day)
    for who in (staff["one"], staff["admin"]):
        day_end.run(lambda: AT)
        page = day_end_facts.board(who, of, at=AT)
        assert (page.asks, page.vouchers, page.breaks) == ("sign", 1, 0)
        assert day_end.sign(of, staff_id=who, root=page.root, at=AT) is None
    day_end.run(lambda: AT)
    assert ledger.day_row(of.day, segment=of.segment).state == "sealed"
    listed = day_end_facts.days(staff["two"]).lines
    assert [(line.key, line.state) for line in listed if line.is_adjustment] == [
        ("2027-06-30-adjustment", "sealed")
    ]
    assert ledger.days_to_seal() == ()
    assert sound()


def test_two_people_sign_and_the_first_is_an_accountant(staff: dict[str, int]) -> None:
    town(2)
    begun(staff)
    assert "会计" in getattr(sign(staff["admin"]), "text", "")
    assert sign(staff["one"]) is None
    assert "另一人" in getattr(sign(staff["one"]), "text", "")
    assert sign(staff["admin"]) is None
    assert "不需要" in getattr(sign(staff["two"]), "text", "")
    assert InterestStep.objects.get(step="release").state == "running"


def test_a_teller_neither_begins_nor_signs_nor_looks(staff: dict[str, int]) -> None:
    town(1)
    begun(staff)
    for act in (
        lambda: interest_run.begin(2027, staff_id=staff["teller"], at=AT),
        lambda: interest_run.sign(2027, staff_id=staff["teller"], totals="", at=AT),
        lambda: interest_run.prepare_again(2027, staff_id=staff["teller"], at=AT),
        lambda: interest_run_facts.board(staff["teller"], 2027, at=AT),
        lambda: interest_run_facts.years(staff["teller"]),
    ):
        with pytest.raises(NotYours):
            act()


def test_nothing_is_signed_that_was_not_shown(staff: dict[str, int]) -> None:
    """A late entry does not change what was proposed; preparing again does."""
    members = town(3)
    begun(staff)
    shown = interest_run_facts.board(staff["one"], 2027, at=AT).fingerprint
    post(remittance(members[0], 360_000, value_date=date(2027, 6, 21)))
    assert interest_run.prepare_again(2027, staff_id=staff["one"], at=AT) is None
    interest_run.run(lambda: AT, slices=SMALL)
    refused = interest_run.sign(2027, staff_id=staff["one"], totals=shown, at=AT)
    assert refused is not None
    assert "合计" in refused.text
    assert sign(staff["one"]) is None
    assert interest_run.prepare_again(2027, staff_id=staff["two"], at=AT) is not None


def test_a_year_is_begun_once_and_not_before_july(staff: dict[str, int]) -> None:
    town(1)
    assert interest_run.due_year() is None
    assert interest_run.begin(2027, staff_id=staff["one"], at=AT) is not None
    ledger.flip_day(JULY)
    assert interest_run.due_year() == 2027
    begun(staff)
    assert interest_run.due_year() is None
    assert interest_run.begin(2027, staff_id=staff["one"], at=AT) is not None


def test_what_came_late_is_settled_and_restated_the_next_day(staff: dict[str, int]) -> None:
    late, back = town(2)
    hold = ledger.place_hold(back, case_id=77, purpose="closing", amount=1_000_001)
    ledger.order_hold(hold, order_no="O-77", principal=1_000_001, interest=0, interest_until=DAY)
    begun(staff)
    post(remittance(late, 360_000, value_date=date(2027, 6, 21)))
    sign(staff["one"])
    sign(staff["two"])
    interest_run.run(lambda: AT, slices=SMALL)
    ledger.release_hold(hold)
    assert interest_run.settle_stragglers(AT) == 2
    assert interest_run.settle_stragglers(AT) == 0
    assert ledger.account(back).n_prev is None
    assert ledger.account(late).restate_from is None
    assert sound()


# --- the month -------------------------------------------------------------------------------


def test_each_month_is_accrued_once_and_june_takes_it_first(staff: dict[str, int]) -> None:
    members = town(3)
    accrued = []
    for month in (1, 2, 3, 4, 5, 6, 7):
        ledger.flip_day(date(2027, month, 1))
        accrued.append(interest_run.accrue(AT))
        assert interest_run.accrue(AT) is None
        if month == 3:
            post(withdrawal(members[0], 500_000))
    assert accrued[0] == round(3_000_003 * 42 * 0.015 / 360)
    begun(staff)
    total = ledger.interest_totals(2027).interest
    # Each account rounds by itself, the accrual rounds their sum.
    assert abs(-ledger.control_total("211") - total) <= 2
    before = ledger.control_total("41101")
    sign(staff["one"])
    sign(staff["two"])
    interest_run.run(lambda: AT, slices=SMALL)
    assert abs(ledger.control_total("41101") - before) <= 2
    ledger.flip_day(date(2027, 8, 1))
    assert interest_run.accrue(AT) > 0
    assert sound()


# --- killed ----------------------------------------------------------------------------------


class Killed(BaseException):
    """The worker is gone: nothing of ours may catch it."""


def killed_at(nth: int) -> Any:
    """Die at the nth statement."""
    count = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == nth:
            raise Killed
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


BOOKS = """
    SELECT 'account', a.id::text, a.balance, a.carried, a.v, a.v_carried, a.n_prev, NULL, NULL
    FROM ledger_account a
    UNION ALL
    SELECT 'settlement', s.account_id || '/' || s.year || '/' || s.revision, s.n, s.interest,
           s.rolled, s.balance, NULL, s.state, NULL
    FROM ledger_interest_settlement s
    UNION ALL
    SELECT 'member', m.account_id || '/' || m.line_no, m.amount, m.carried_delta, m.balance_after,
           NULL, NULL, h.source_id || '/' || h.seq, m.accounting_date || '/' || m.value_date
    FROM ledger_member_line m JOIN ledger_voucher h ON h.id = m.voucher_id
    UNION ALL
    SELECT 'general', g.subject || '/' || g.line_no, g.amount, g.employer_id, NULL, NULL, NULL,
           h.kind || '/' || h.source_id || '/' || h.seq, h.segment || '/' || h.maker
    FROM ledger_gl_line g JOIN ledger_voucher h ON h.id = g.voucher_id
    UNION ALL
    SELECT 'step', s.step, s.counted, s.total, s.reached, NULL, NULL, s.state, s.who
    FROM treasury_intereststep s
    UNION ALL
    SELECT 'told', m.person_id::text, count(*), NULL, NULL, NULL, NULL, m.kind, NULL
    FROM parties_smsmessage m GROUP BY m.person_id, m.kind
    ORDER BY 1, 2, 8, 3
"""


def books() -> list[tuple[Any, ...]]:
    """All that the settlement leaves behind, without the numbers that sequences draw."""
    with connection.cursor() as cursor:
        cursor.execute(BOOKS)
        return list(cursor.fetchall())


@contextmanager
def prepared(staff: dict[str, int]) -> Iterator[None]:
    """30 June of 2027 has passed and its settlement is begun; everything is undone afterwards."""
    with transaction.atomic():
        ledger.flip_day(JULY)
        assert interest_run.begin(2027, staff_id=staff["one"], at=AT) is None
        yield
        transaction.set_rollback(True)


def undisturbed(staff: dict[str, int], slices: Slices) -> Any:
    """The books as they are when nobody dies."""
    with prepared(staff):
        interest_run.run(lambda: AT, slices=slices)
        assert sign(staff["one"]) is None
        assert sign(staff["two"]) is None
        interest_run.run(lambda: AT, slices=slices)
        return books()


def one_after_the_other(staff: dict[str, int], slices: Slices, *, stride: int) -> tuple[Any, int]:
    """Each worker dies one statement (or `stride` of them) later than the one before it.

    The next goes on where that one stood, until one comes through a slice; then the first of the
    next slice dies at its first statement. So each statement of the whole operation is once
    somebody's last. Gives the books and how many died.
    """
    deaths = 0
    with prepared(staff):
        for stage in ("prepare", "release"):
            if stage == "release":
                assert sign(staff["one"]) is None
                assert sign(staff["two"]) is None
            for year, step in [(2027, each) for each in interest_run.STEPS]:
                nth = 1
                while True:
                    try:
                        with killed_at(nth):
                            went_on = interest_run._slice(year, step, AT, slices)
                    except Killed:
                        deaths, nth = deaths + 1, nth + stride
                    else:
                        if not went_on:
                            break
                        nth = 1
        assert interest_run.run(lambda: AT, slices=slices) == 0, "nothing is left to do"
        return books(), deaths


def all_deaths(staff: dict[str, int], slices: Slices, *, stride: int = 1) -> int:
    """Every (or each `stride`-th) statement is once the last; the books are as if none had been."""
    whole = undisturbed(staff, slices)
    disturbed, deaths = one_after_the_other(staff, slices, stride=stride)
    assert disturbed == whole
    return deaths


def test_killed_at_every_statement_the_books_are_the_same(staff: dict[str, int]) -> None:
    town(3)
    assert all_deaths(staff, Slices(settled=2, told=2)) > 50


@pytest.mark.nightly
def test_a_city_of_two_hundred_killed_at_every_statement(staff: dict[str, int]) -> None:
    town(200)
    deaths = all_deaths(staff, Slices(settled=20, told=5))
    print(f"{deaths} deaths")  # noqa: T201
    assert deaths > 500


@pytest.mark.mutants
def test_a_slice_that_is_not_one_transaction_is_found(
    staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it a member is told twice, and the proof above says so."""
    town(3)
    monkeypatch.setattr(interest_run, "transaction", SimpleNamespace(atomic=nullcontext))
    with pytest.raises(AssertionError):
        all_deaths(staff, Slices(settled=2, told=2))


def test_who_is_reinstated_while_a_settlement_is_under_way(staff: dict[str, int]) -> None:
    """In no sheet: one whose year goes on comes late, one whose year has ended settles at once."""
    _stays, early, late = town(3)
    ledger.flip_day(date(2027, 3, 1))
    holds = paid_out(early), paid_out(late)
    reinstate(holds[0], date(2027, 3, 1))
    begun(staff)
    assert ledger.interest_totals(2027).accounts == 1
    assert sign(staff["one"]) is None
    reinstate(holds[1], date(2027, 3, 1))
    assert sign(staff["two"]) is None
    interest_run.run(lambda: AT, slices=SMALL)
    assert interest_run.settle_stragglers(AT) == 1
    earned = [ledger.account(each).balance - 1_000_000 for each in (early, late)]
    assert earned == [9_292 + 1, 9_292 + 2]
    assert sound()
