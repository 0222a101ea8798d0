"""The worklist of a branch: what waits longest first, page by page, nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anju.business.withdrawals.retirement.tests import cast
from anju.cases import facts
from anju.cases.models import Case
from anju.store.models import AuditRow

AT = cast.AT


@pytest.fixture
def five(db, city):
    """Five cases in review, two of them since the same second; and what another branch has."""
    city("yuncheng")
    cast.open_books()
    who = cast.member()
    since = [AT, AT, AT + timedelta(hours=1), AT + timedelta(hours=2), AT + timedelta(hours=3)]
    for number, waiting in enumerate(since, start=1):
        make(who, number, waiting)
    make(who, 9, AT, branch_code="hejin")
    return cast.staff()


def make(who, number, waiting, *, state="in_review", branch_code=cast.BRANCH):
    return Case.objects.create(
        reference=f"TQ20261120{number:04d}",
        service_code=cast.SERVICE,
        channel="web",
        person_id=who.person_id,
        subject_kind="account",
        subject_id=number,
        branch_code=branch_code,
        exclusion_group="withdrawal",
        state=state,
        policy_version="x",
        begun_at=AT,
        submitted_at=waiting,
        waiting_since=waiting,
        due_on=waiting.date() + timedelta(days=5),
    )


def listed(staff, show="waiting", before=None, *, limit=50, at=AT, text="", service=None):
    return facts.worklist(
        staff.pk, show=show, service=service, text=text, before=before, at=at, limit=limit
    )


def numbers(page):
    return [int(line.reference[-4:]) for line in page.lines]


@pytest.mark.parametrize(
    ("show", "order"), [("waiting", [1, 2, 3, 4, 5]), ("all", [5, 4, 3, 2, 1])]
)
@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_show_everything_once(show, order, limit, five):
    seen, before = [], None
    for _ in range(10):
        page = listed(five, show, before, limit=limit)
        assert page.total == 5
        seen += numbers(page)
        before = page.next_before
        if before is None:
            break
    assert seen == order


def test_counts_are_of_the_branch_and_by_state(five):
    Case.objects.filter(reference="TQ202611200005").update(state="payment_returned")
    page = listed(five)
    assert page.counts == {
        "waiting": 4,
        "returned": 0,
        "paying": 0,
        "breaks": 1,
        "done": 0,
        "all": 5,
    }
    assert numbers(listed(five, "breaks")) == [5]


def test_drafts_are_nobodys_but_the_members(five):
    Case.objects.filter(reference="TQ202611200001").update(state="draft", submitted_at=None)
    assert 1 not in numbers(listed(five, "all"))


def test_a_case_past_its_day_is_late(five):
    assert not any(line.is_late for line in listed(five).lines)
    late = listed(five, at=AT + timedelta(days=6))
    assert all(line.is_late for line in late.lines)


def test_a_search_over_people_leaves_a_row_and_not_what_was_typed(five):
    assert listed(five, "all", text="演示·李华1").total == 5
    row = AuditRow.objects.get(action="parties.people_searched")
    assert row.actor_id == five.pk
    assert "李华" not in str(row.details) + row.reason


def test_filters_hold_together(five):
    assert listed(five, service="withdrawals.none").total == 0
    assert listed(five, text="tq202611200003").total == 1
    assert listed(five, text="TQ202611200009").total == 0, "another branch's"


def test_the_services_of_the_city_are_offered_as_filter(five):
    offered = dict(listed(five).services)
    assert offered[cast.SERVICE] == "退休提取"
    assert offered["contributions.stopping"] == "停缴"


def test_the_neighbours_of_a_case_follow_the_list(five):
    order = [1, 2, 3, 4, 5]
    for place, number in enumerate(order):
        page = facts.review_page(f"TQ20261120{number:04d}", staff_id=five.pk, at=AT)
        before = None if place == 0 else f"TQ20261120{order[place - 1]:04d}"
        after = None if place == 4 else f"TQ20261120{order[place + 1]:04d}"
        assert (page.previous_reference, page.next_reference) == (before, after)
