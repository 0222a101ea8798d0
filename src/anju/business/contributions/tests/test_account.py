"""Months paid in, the seal, and what a member reads of the account."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from anju import ledger
from anju.business.contributions import facts, orders
from anju.business.contributions.models import Enrolment
from anju.business.withdrawals.retirement.tests import cast
from anju.store.audit import Actor
from anju.store.models import AuditRow

AT = cast.AT


@pytest.fixture
def books(db):
    cast.open_books()


def remit(who, month, amount, *, reference=None):
    orders.remit(
        cast.employer(),
        month=month,
        bank_account_id=10101,
        amounts={who.account_id: amount},
        reference=reference or f"HJ{month:%Y%m}",
        at=AT,
    )


@pytest.mark.parametrize(
    ("base_fen", "ratio", "month_fen"),
    [
        (650_000, "0.12", 78_000),
        (650_400, "0.12", 78_000),
        (650_420, "0.12", 78_100),
        (1_000, "0.05", 100),
        (999, "0.05", 0),
        (0, "0.12", 0),
    ],
)
def test_a_months_part_is_rounded_half_up_to_the_yuan(base_fen, ratio, month_fen, city):
    city("yuncheng")
    month = date(2026, 7, 1)
    assert orders.month_amount(base_fen, Decimal(ratio), month=month) == month_fen


def test_a_month_paid_in_raises_the_balance_and_the_month(books, city):
    city("yuncheng")
    who = cast.member(sealed="")
    remit(who, date(2026, 7, 1), 156_000)
    assert who.account.balance == cast.BALANCE + 156_000
    enrolment = facts.enrolment(who.person_id)
    assert enrolment.paid_through == date(2026, 7, 1)
    assert enrolment.month_fen == 156_000
    assert ledger.control_total("") == 0


def test_a_month_paid_in_twice_counts_once(books):
    who = cast.member(sealed="")
    for _ in range(2):
        remit(who, date(2026, 7, 1), 156_000)
    assert who.account.balance == cast.BALANCE + 156_000
    with pytest.raises(ledger.LedgerRefusal, match="key_reused"), transaction.atomic():
        remit(who, date(2026, 7, 1), 156_001)


def test_a_seal_tells_why_and_who_approved(books):
    who = cast.member()
    enrolment = facts.enrolment(who.person_id)
    assert who.account.state == "sealed"
    assert enrolment.seal_reason == "retired"
    assert enrolment.stop_approved_by == "盐湖管理部"
    assert AuditRow.objects.filter(action="contributions.sealed", reason="retired").exists()


def test_a_seal_that_nobody_approved_names_nobody(books):
    who = cast.member(approved=False)
    enrolment = facts.enrolment(who.person_id)
    assert (enrolment.stop_approved_on, enrolment.stop_approved_by) == (None, "")


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("sealed_with_reason", {"sealed_on": None, "stop_approved_on": None}),
        ("sealed_with_reason", {"seal_reason": ""}),
        ("approval_of_a_seal", {"stop_approved_by": ""}),
        ("paid_through_is_a_month", {"paid_through": date(2026, 7, 2)}),
        ("amounts_from_is_a_month", {"amounts_from": date(2026, 7, 2)}),
        ("no_negative_contribution", {"member_month_fen": -1}),
    ],
)
def test_the_database_holds_what_an_enrolment_must_be(name, changed, books):
    cast.member()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Enrolment.objects.update(**changed)


def test_one_open_account_per_person(books):
    who = cast.member()
    with pytest.raises(ledger.LedgerRefusal, match="account_exists"), transaction.atomic():
        orders.take_on(
            who.person_id,
            employer_id=cast.employer(),
            branch_code=cast.BRANCH,
            account_no="00009999",
            base_fen=650_000,
            member_ratio=Decimal("0.12"),
            employer_ratio=Decimal("0.12"),
            opening_fen=1,
            opened_on=date(2010, 7, 1),
            actor=Actor.system(),
            at=AT,
        )


# -- what a member reads ---------------------------------------------------------------------


def test_the_account_page_follows_the_city(books, city):
    who = cast.member(sealed="")
    remit(who, date(2026, 7, 1), 156_000)
    labels = {}
    for name in ("yuncheng", "xishuangbanna"):
        loaded = city(name)
        page = facts.account_page(who.person_id, at=AT)
        assert [v.label for v in page.fields] == [f.label for f in loaded.account.fields]
        values = {value.code: value.text for value in page.fields}
        assert values["id_number"] == "149999********001" + cast.id_number(1)[-1]
        assert values["balance"] == "21,776.21"
        assert values["monthly_amount"] == "1,560.00"
        assert values["member_ratio"] == "12%"
        assert values["paid_through"] == "2026年07月"
        assert values["account_state"] == "正常"
        labels[name] = page.query_time_label
    assert labels == {"yuncheng": "查询时间", "xishuangbanna": None}


@pytest.mark.parametrize("code", sorted(facts.TRACED))
def test_every_traced_amount_adds_up(code, books, city):
    city("yuncheng")
    who = cast.member(sealed="")
    remit(who, date(2026, 7, 1), 156_000)
    page = facts.account_page(who.person_id, at=AT)
    (value,) = [value for value in page.fields if value.code == code]
    assert value.has_trace
    trace = facts.trace(who.person_id, code)
    *parts, total = trace.rows
    assert sum(row.fen for row in parts) == total.fen == trace.total_fen
    shown = {"balance": 2_177_621, "monthly_amount": 156_000}[code]
    assert trace.total_fen == shown


def test_a_month_is_told_by_the_rounding_it_was_reckoned_by(books, city):
    from dataclasses import replace

    from anju import policy
    from anju.domain.dated import Dated, DatedValue
    from anju.policy import Params

    loaded = city("yuncheng")
    who = cast.member(sealed="")
    Enrolment.objects.update(base_fen=650_420, member_month_fen=78_100, employer_month_fen=78_100)
    unit = loaded.params["contribution_rounding_unit"]
    jiao = DatedValue("jiao", "新办法", date(2026, 12, 1))
    later = replace(unit, dated=Dated((*unit.dated.values, jiao)))
    params = Params({**loaded.params, "contribution_rounding_unit": later})
    with policy.using(replace(loaded, params=params)):
        told = facts.trace(who.person_id, "monthly_amount")
        new = orders.month_amount(650_420, Decimal("0.12"), month=date(2026, 12, 1))
    assert (told.total_fen, new) == (156_200, 78_050)
    assert told.rows[0].formula.endswith("× 12% ＝ 780.504 元，四舍五入到元")


def test_what_has_no_sum_has_no_trace(books):
    who = cast.member()
    assert facts.trace(who.person_id, "name") is None


def test_movements_come_newest_first_page_by_page(books, city):
    loaded = city("yuncheng")
    who = cast.member(sealed="")
    for month in range(1, 6):
        remit(who, date(2026, month, 1), month)
    seen, before = [], None
    for _ in range(3):
        page = facts.movements(who.person_id, year=None, before=before, limit=2)
        assert len(page.lines) == 2
        seen += [line.amount_fen for line in page.lines]
        before = page.next_before
    assert before is None
    assert seen == [5, 4, 3, 2, 1, cast.BALANCE]
    assert page.years == (2026,)
    assert (page.in_fen, page.out_fen) == (cast.BALANCE + 15, 0)
    words = loaded.words.movement_kinds
    assert page.lines[-1].title == words["opening"]
    assert page.lines[-2].title == words["remittance"]


def test_an_asked_for_year_without_movements_gives_the_latest(books, city):
    city("yuncheng")
    who = cast.member()
    assert facts.movements(who.person_id, year=1999, before=None).year == 2026


def test_every_kind_of_movement_that_is_posted_has_a_word(city):
    """A member never reads a code of ours."""
    from datetime import datetime

    from anju.business.contributions import postings as contributions
    from anju.business.withdrawals.retirement import postings as retirement

    on, at = date(2026, 11, 20), datetime(2026, 11, 20)
    vouchers = [
        contributions.remittance(
            source_id="1",
            employer_id=1,
            bank_account_id=10101,
            amounts={1: 1},
            value_date=on,
            at=at,
        ),
        contributions.opening(
            source_id="1",
            employer_id=1,
            bank_account_id=10101,
            account_id=1,
            amount=1,
            value_date=on,
            at=at,
        ),
        retirement.payout(
            account_id=1,
            employer_id=1,
            reference="TQ1",
            principal=1,
            interest=1,
            interest_until=on,
            bank_account_id=10101,
            at=at,
        ),
    ]
    kinds = {line.kind for voucher in vouchers for line in voucher.members} | {"interest"}
    for name in ("yuncheng", "xishuangbanna"):
        assert kinds <= set(city(name).words.movement_kinds)


def test_a_member_without_an_account_sees_a_page_and_not_an_error(books, city):
    from anju.parties import actions as parties

    city("yuncheng")
    person = parties.enrol_person(
        name="演示·无户", id_number=cast.id_number(9), actor=Actor.system(), at=AT
    )
    assert facts.account_page(person.pk, at=AT) is None
    assert facts.movements(person.pk, year=None, before=None) is None
    overview = facts.overview(person.pk, at=AT)
    assert (overview.balance_fen, overview.state_text) == (None, "尚未开户")


def test_the_overview_shows_the_last_three(books, city):
    city("yuncheng")
    who = cast.member(sealed="")
    for month in range(1, 6):
        remit(who, date(2026, month, 1), month)
    overview = facts.overview(who.person_id, at=AT)
    assert [line.amount_fen for line in overview.recent] == [5, 4, 3]
    assert overview.as_of == cast.YEAR_BEGAN.date()
    assert overview.balance_fen == cast.BALANCE + 15
