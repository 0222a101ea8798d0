"""A file of people from its upload to the accounts it opens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from anju import ledger
from anju.business.contributions import orders
from anju.business.contributions.backpaying import facts as back_payments
from anju.business.contributions.models import EmployerAccount, Enrolment, RosterBlock, RosterImport
from anju.business.contributions.rosters import actions, columns, facts, reading, writing
from anju.business.contributions.rosters.answers import NotYours, RosterBroken
from anju.business.contributions.rosters.tests import company
from anju.parties.models import Person, SmsMessage
from anju.store.audit import Actor
from anju.store.fields import unseal
from anju.store.models import AuditRow
from anju.store.tables.tests import broken

AT = company.AT


@pytest.fixture(autouse=True)
def books(db, city):
    city("yuncheng")
    ledger.open_day(date(2026, 7, 1))
    ledger.flip_day(AT.date())


def problems(reference, *, by=1):
    page = facts.preview(reference, employer_id=company.employer(by), at=AT, only_bad=True)
    return {line.number: [each.code for each in line.problems] for line in page.lines}


def standing(reference, *, by=1):
    return facts.standing(reference, employer_id=company.employer(by), at=AT)


def counts():
    return (
        Person.objects.count(),
        Enrolment.objects.count(),
        SmsMessage.objects.count(),
        len(ledger.accounts(Enrolment.objects.values_list("account_id", flat=True))),
    )


def mend(reference, number, **values):
    return actions.mend(
        reference, employer_id=company.employer(), number=number, values=values,
        actor=company.AGENT, at=AT,
    )  # fmt: skip


def test_twenty_people_are_enrolled_with_accounts_months_and_messages():
    reference = company.uploaded(company.people(20))
    seen = standing(reference)
    assert (seen.state, seen.total, seen.good, seen.bad) == ("preview", 20, 20, 0)
    assert counts() == (0, 0, 0, 0)
    assert company.confirmed(reference) == "done"
    assert counts() == (20, 20, 20, 20)
    enrolment = Enrolment.objects.select_related("person").order_by("id").first()
    assert unseal(enrolment.person, "name").expose() == company.name(1)
    assert unseal(enrolment.person, "phone").expose() == "15000000001"
    assert (enrolment.base_fen, enrolment.member_month_fen) == (650_000, 78_000)
    assert (enrolment.first_month, enrolment.paid_through) == (date(2026, 12, 1), None)
    account = ledger.account(enrolment.account_id)
    assert (account.state, account.employer_id) == ("open", company.employer())
    text = unseal(SmsMessage.objects.first(), "text").expose()
    assert "2026年12月" in text
    seen = standing(reference)
    assert (seen.state, seen.written, seen.done, seen.total) == ("done", 20, 20, 20)
    actions_written = set(AuditRow.objects.values_list("action", flat=True))
    assert {"contributions.roster_uploaded", "contributions.roster_confirmed",
            "contributions.roster_written"} <= actions_written  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("name", "", "name.missing"),
        ("name", "=1+1", "name.shape"),
        ("name", "甲", "name.shape"),
        ("name", "演示7", "name.shape"),
        ("id_number", "", "id_number.missing"),
        ("id_number", "149999196008150011", "id_number.wrong"),
        ("id_number", "1.42701E+17", "id_number.scientific"),
        ("phone", "", "phone.missing"),
        ("phone", "03592059100", "phone.wrong"),
        ("base", "", "base.missing"),
        ("base", "0", "base.missing"),
        ("base", "五千", "base.money_shape"),
        ("first_month", "", "first_month.missing"),
        ("first_month", "2026-06", "first_month.before_employer"),
        ("first_month", "2028-01", "first_month.ahead"),
        ("first_month", "2026", "first_month.month_shape"),
    ],
)
def test_each_row_says_what_is_wrong_with_it(column, cell, code):
    reference = company.uploaded([company.person(1), company.person(2, **{column: cell})])
    assert problems(reference) == {3: [code]}
    with pytest.raises(RosterBroken, match="1 行有问题"):
        company.confirmed(reference)
    assert counts() == (0, 0, 0, 0)


def test_a_base_outside_the_limits_is_clipped_and_shown():
    reference = company.uploaded([company.person(1, base="100"), company.person(2, base="999999")])
    page = facts.preview(reference, employer_id=company.employer(), at=AT)
    low, high = page.lines
    assert low.clipped
    assert high.clipped
    assert 100_00 < low.applied_fen < high.applied_fen < 999_999_00
    assert facts.summary(reference, employer_id=company.employer()).clipped == 2
    company.confirmed(reference)
    assert {e.base_fen for e in Enrolment.objects.all()} == {low.applied_fen, high.applied_fen}


def test_numbers_are_masked_until_a_row_is_to_be_mended():
    rows = [company.person(1), company.person(2, phone="123")]
    page = facts.preview(company.uploaded(rows), employer_id=company.employer(), at=AT)
    assert company.id_number(1) not in page.lines[0].id_number
    assert page.lines[1].id_number == company.id_number(2)


def test_a_number_twice_is_named_and_mending_either_row_heals_both():
    twice = company.person(2, id_number=company.id_number(1))
    reference = company.uploaded([company.person(1), twice])
    assert problems(reference) == {3: ["id_number.twice"]}
    mend(reference, 2, id_number=company.id_number(9))
    assert problems(reference) == {}
    mend(reference, 2, id_number=company.id_number(1))
    assert problems(reference) == {3: ["id_number.twice"]}
    actions.leave_out(
        reference, employer_id=company.employer(), number=2, actor=company.AGENT, at=AT
    )
    assert problems(reference) == {}
    assert standing(reference).total == 1


def test_three_bad_rows_are_mended_one_by_one_and_then_all_is_written():
    rows = company.people(5)
    rows[0][1], rows[1][3], rows[2][0] = "14999919600815001", "5千", ""
    reference = company.uploaded(rows)
    assert set(problems(reference)) == {2, 3, 4}
    mend(reference, 2, id_number=company.id_number(1))
    assert mend(reference, 3, base="5千五").problems
    assert not mend(reference, 3, base="5,500.00").problems
    mend(reference, 4, name=company.name(3))
    assert problems(reference) == {}
    assert company.confirmed(reference) == "done"
    assert counts()[1] == 5
    assert sorted(Enrolment.objects.values_list("base_fen", flat=True))[0] == 550_000


def test_only_the_good_rows_are_written_when_that_is_chosen():
    rows = company.people(4)
    rows[1][2] = "1"
    reference = company.uploaded(rows)
    assert company.confirmed(reference, mode="good") == "done"
    seen = standing(reference)
    assert (seen.written, seen.bad) == (3, 1)
    assert counts()[1] == 3


def test_confirming_twice_is_confirming_once():
    reference = company.uploaded(company.people(3))
    assert company.confirmed(reference) == "done"
    before = counts()
    assert company.confirmed(reference, mode="good") == "done"
    assert writing.write(RosterImport.objects.get().pk, instant=company.now) == "done"
    assert counts() == before
    with pytest.raises(RosterBroken):
        mend(reference, 2, base="1")


def enrolled_elsewhere(order):
    """Somebody for whom the other employer pays."""
    other = company.employer(2)
    assert company.confirmed(company.uploaded([company.person(order)], by=other), by=other)


def sealed_elsewhere(order, *, paid=date(2026, 10, 1), name=None):
    """Somebody whose account lies sealed with the other employer."""
    enrolled_elsewhere(order)
    enrolment = Enrolment.objects.order_by("-id").first()
    Enrolment.objects.filter(pk=enrolment.pk).update(paid_through=paid)
    orders.seal(
        enrolment.account_id, reason="left", on=AT.date(), approved_on=None, approved_by="",
        actor=Actor.system(), at=AT,
    )  # fmt: skip
    return enrolment


def test_an_account_sealed_elsewhere_comes_along():
    old = sealed_elsewhere(1)
    reference = company.uploaded(company.people(2))
    page = facts.preview(reference, employer_id=company.employer(), at=AT)
    assert [line.way for line in page.lines] == ["转入", "新开户"]
    assert facts.summary(reference, employer_id=company.employer()).transfers == 1
    assert company.confirmed(reference) == "done"
    account = ledger.account(old.account_id)
    assert (account.state, account.employer_id) == ("open", company.employer())
    now = Enrolment.objects.get(account_id=old.account_id)
    assert (now.employer_id, now.sealed_on, now.seal_reason) == (company.employer(), None, "")
    assert now.paid_through == date(2026, 10, 1)
    assert Person.objects.count() == 2


def test_what_the_books_have_against_a_row_is_said():
    sealed_elsewhere(1, paid=date(2026, 12, 1))
    sealed_elsewhere(2)
    company.confirmed(
        company.uploaded([company.person(3)], by=company.employer(2)), by=company.employer(2)
    )
    company.confirmed(company.uploaded([company.person(4)]))
    company.confirmed(company.uploaded([company.person(5)]))
    orders.seal(
        Enrolment.objects.latest("id").account_id, reason="left", on=AT.date(), approved_on=None,
        approved_by="", actor=Actor.system(), at=AT,
    )  # fmt: skip
    rows = [company.person(1), company.person(2, name="演示·别人"), company.person(3),
            company.person(4), company.person(5)]  # fmt: skip
    before = counts()
    assert problems(company.uploaded(rows)) == {
        2: ["first_month.paid"],
        3: ["name.other"],
        4: ["account.elsewhere"],
        5: ["account.here"],
        6: ["account.sealed_here"],
    }
    assert counts() == before


def test_what_changed_since_the_preview_stops_all_or_leaves_out_one():
    whole, part = company.uploaded(company.people(3)), company.uploaded(company.people(3))
    company.confirmed(
        company.uploaded([company.person(2)], by=company.employer(2)), by=company.employer(2)
    )
    before = counts()
    assert company.confirmed(whole) == "preview"
    assert counts() == before
    seen = standing(whole)
    assert (seen.problem, seen.good, seen.bad) == ("changed", 2, 1)
    assert problems(whole) == {3: ["account.elsewhere"]}
    assert company.confirmed(part, mode="good") == "done"
    assert counts()[1] == before[1] + 2
    assert standing(part).written == 2


def test_months_the_employer_has_remitted_are_then_missing_and_paid_back():
    account = EmployerAccount.objects.get(employer_id=company.employer())
    account.state, account.paid_through = "normal", date(2026, 10, 1)
    account.save()
    rows = [company.person(1, first_month="2026-09"), company.person(2, first_month="2026-11")]
    reference = company.uploaded(rows)
    assert problems(reference) == {}
    assert company.confirmed(reference) == "done"
    page = back_payments.page(company.employer(), only_missing=True)
    assert (page.missing, page.missed_from) == (1, date(2026, 9, 1))
    assert [one.missed_text for one in page.people] == ["2026年09月至2026年10月"]


def test_an_employer_whose_account_is_sealed_takes_nobody_on():
    company.employer()
    EmployerAccount.objects.update(state="sealed")
    with pytest.raises(RosterBroken, match="封存"):
        company.uploaded(company.people(1))
    assert not RosterImport.objects.exists()


def test_another_employers_roster_is_not_there():
    reference = company.uploaded(company.people(1))
    other = company.employer(2)
    for act in (
        lambda: facts.standing(reference, employer_id=other, at=AT),
        lambda: facts.preview(reference, employer_id=other, at=AT),
        lambda: facts.summary(reference, employer_id=other),
        lambda: facts.row(reference, employer_id=other, number=2),
        lambda: actions.mend(reference, employer_id=other, number=2, values={},
                             actor=company.AGENT, at=AT),
        lambda: actions.leave_out(reference, employer_id=other, number=2, actor=company.AGENT,
                                  at=AT),
        lambda: actions.confirm(reference, employer_id=other, mode="all", actor=company.AGENT,
                                at=AT),
        lambda: actions.discard(reference, employer_id=other, actor=company.AGENT, at=AT),
    ):  # fmt: skip
        with pytest.raises(NotYours):
            act()
    assert facts.rosters(other, at=AT) == ()
    assert [each.reference for each in facts.rosters(company.employer(), at=AT)] == [reference]


def test_nothing_personal_lies_open_in_the_tables():
    company.uploaded(company.people(2))
    from django.db import connection

    with connection.cursor() as cursor:
        for model in (RosterImport, RosterBlock):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {model._meta.db_table} t")
            [(found,)] = cursor.fetchall()
            assert company.id_number(1) not in found
            assert company.name(1) not in found


def test_pages_of_the_preview_are_those_of_the_file():
    rows = company.people(7)
    rows[6][2] = "1"
    reference = company.uploaded(rows)
    employer_id = company.employer()
    numbers = [
        [line.number for line in
         facts.preview(reference, employer_id=employer_id, at=AT, page=page, size=3).lines]
        for page in (1, 2, 3, 9)
    ]  # fmt: skip
    assert numbers == [[2, 3, 4], [5, 6, 7], [8], [8]]
    assert facts.row(reference, employer_id=employer_id, number=8).phone == "1"
    assert facts.row(reference, employer_id=employer_id, number=99) is None


def test_a_preview_larger_than_a_block_is_paged_across_them(monkeypatch):
    monkeypatch.setattr(reading, "ROWS_OF_BLOCK", 2)
    monkeypatch.setattr(writing, "_BLOCKS_AT_ONCE", 1)
    rows = company.people(7)
    rows[2][2] = rows[6][2] = "1"
    reference = company.uploaded(rows)
    page = facts.preview(reference, employer_id=company.employer(), at=AT, page=2, size=3)
    assert [line.number for line in page.lines] == [5, 6, 7]
    bad = facts.preview(
        reference, employer_id=company.employer(), at=AT, only_bad=True, page=2, size=1
    )
    assert ([line.number for line in bad.lines], bad.pages) == ([8], 2)
    assert company.confirmed(reference, mode="good") == "done"
    assert counts()[1] == 5


def test_a_lost_job_is_found_and_old_rosters_are_forgotten():
    reference = actions.upload(
        company.employer(), content=company.text(company.HEAD, *company.people(1)),
        actor=company.AGENT, at=AT,
    )  # fmt: skip
    assert actions.sweep(AT + timedelta(minutes=1)) == 0
    assert actions.sweep(AT + timedelta(minutes=3)) == 1
    reading.read(RosterImport.objects.get().pk, instant=company.now)
    assert actions.forget(AT + timedelta(days=29)) == 0
    assert actions.forget(AT + timedelta(days=31)) == 1
    assert not RosterBlock.objects.exists()
    assert standing(reference).state == "discarded"


def test_a_roster_given_up_is_not_read_or_confirmed():
    reference = actions.upload(
        company.employer(), content=company.text(company.HEAD, *company.people(1)),
        actor=company.AGENT, at=AT,
    )  # fmt: skip
    actions.discard(reference, employer_id=company.employer(), actor=company.AGENT, at=AT)
    assert reading.read(RosterImport.objects.get().pk, instant=company.now) == "discarded"
    with pytest.raises(RosterBroken):
        company.confirmed(reference)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_templates_are_read_and_ask_for_people(kind):
    _name, content = columns.template(kind)
    assert standing(company.uploaded(content)).problem == "rows_none"


def _refused(files):
    before = counts()
    for name, data, _code in files:
        try:
            reference = company.uploaded(data)
        except RosterBroken:
            continue
        seen = standing(reference)
        if name != "行过多.xlsx" and name != "行过多.csv":  # policy allows more than that test
            assert (seen.state, bool(seen.problem), bool(seen.says)) == ("refused", True, True)
        assert counts() == before


def test_broken_files_are_refused_and_change_nothing():
    _refused(broken.every()[::9])


@pytest.mark.nightly
def test_every_broken_file_is_refused_and_changes_nothing():
    _refused(broken.every())
