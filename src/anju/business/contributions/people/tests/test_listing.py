"""职工名单: found, sorted and added up within one employer, by the same few queries for any."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anju.business.contributions import remitting
from anju.business.contributions.people import facts, listing
from anju.business.contributions.people.listing import Asked
from anju.business.contributions.people.tests import office
from anju.business.contributions.rosters.tests import company
from anju.parties import employees
from anju.store.models import AuditRow

PEOPLE = 60


@pytest.fixture
def works(db, city):
    """Sixty people that pay, two sealed, three of somebody else's."""
    city("yuncheng")
    office.books()
    office.enrolled(PEOPLE)
    office.enrolled(2, first=101, sealed="unpaid_leave")
    office.account(2)
    office.enrolled(3, of=2, first=201)
    return company.employer(1)


def page(works, **asked) -> listing.MembersPage:
    return listing.members(works, Asked(**asked), actor=office.AGENT, at=office.AT)


def numbers(found) -> list[int]:
    return [int(line.account_no[1:]) for line in found.lines]


def test_the_sums_are_those_of_everybody_that_was_asked_for(works):
    found = page(works)
    assert (found.pages, len(found.lines)) == (2, listing.ON_PAGE)
    assert found.counts == {"present": 62, "contributing": 60, "sealed": 2, "closed": 0}
    assert found.totals.people == 62
    assert found.totals.base_fen == 500_000 * 62 + 100 * (sum(range(1, 61)) + 101 + 102)
    assert found.totals.total_fen == found.totals.member_fen + found.totals.employer_fen
    second = page(works, page=9)
    assert (second.asked.page, numbers(second)) == (2, [*range(51, 61), 101, 102])


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({"sort": "base"}, 1, 50),
        ({"sort": "base", "down": True}, 102, 13),
        ({"sort": "account_no", "down": True}, 102, 13),
        ({"sort": "no such column", "state": "no such state"}, 1, 50),
        ({"state": "sealed", "sort": "total", "down": True}, 101, 102),
        ({"state": "contributing", "page": 2}, 51, 60),
    ],
)
def test_a_list_is_sorted_and_narrowed(works, asked, first, last):
    found = numbers(page(works, **asked))
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (company.name(7), [7]),
        ("钱甲", [10]),
        ("钱", list(range(10, 20))),
        (company.id_number(5), [5]),
        (company.id_number(5)[-6:], [5]),
        ("90000007", [7]),
        ("9000005", list(range(50, 60))),
        (company.id_number(201), []),
        ("没有这个人", []),
        ("%", []),
    ],
)
def test_somebody_is_found_by_name_account_or_the_end_of_the_id_number(works, text, found):
    assert [n for n in numbers(page(works, text=text)) if n <= PEOPLE] == found


def test_who_was_sought_is_written_down_and_what_was_typed_is_not(works):
    sought = page(works, text=company.name(7))
    row = AuditRow.objects.get(action="contributions.members_sought")
    assert row.details["found"] == [line.account_id for line in sought.lines]
    assert "演示" not in str(row.details)


def test_among_very_many_only_whole_names_are_found(works, monkeypatch):
    monkeypatch.setattr(employees, "OPENED_MAX", 10)
    assert page(works, text="钱").lines == ()
    assert 7 in numbers(page(works, text=company.name(7)))


def test_five_thousand_take_as_many_queries_as_one(works):
    counts = []
    for asked in ({"state": "sealed"}, {}, {"page": 2}):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(works, **asked)
        counts.append(len(queries))
    assert counts == [4, 4, 4]


def test_a_file_has_everybody_masked_and_is_written_down(works, monkeypatch):
    monkeypatch.setattr(listing, "_READ_AT_ONCE", 25)
    totals, lines = listing.every_member(
        works, Asked(sort="base", down=True), kind="csv", actor=office.AGENT, at=office.AT
    )
    taken = list(lines)
    assert [line.base_fen for line in taken] == sorted((e.base_fen for e in taken), reverse=True)
    assert totals.people == len(taken) == 62
    assert {line.id_number[6:14] for line in taken} == {"*" * 8}
    row = AuditRow.objects.get(action="contributions.members_exported")
    assert row.details == {"kind": "csv", "state": "present", "people": 62}


def test_one_of_them_is_told_with_the_list_that_waits(works):
    account = office.account()
    owed = remitting.due(account.pk)
    made = remitting.confirm(
        account.pk, month=owed.month, seen_headcount=owed.headcount,
        seen_total_fen=owed.total_fen, key="k", actor=office.actor(), at=office.AT,
    )  # fmt: skip
    one = facts.member(works, "90000007")
    assert (one.name, one.state, one.base_fen) == (company.name(7), "open", 500_700)
    assert [each.number for each in one.lists] == [made.number]
    assert (one.months, one.paid_fen) == ((), 0)
    assert not hasattr(one, "balance_fen")
    sealed = facts.member(works, "90000101")
    assert (sealed.state, sealed.seal_reason, sealed.lists) == ("sealed", "停薪留职等暂停发薪", ())
    with pytest.raises(LookupError):
        facts.member(works, "90000201")
