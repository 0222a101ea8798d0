"""The made-up city by itself: who is in it, and what its years look like."""

from __future__ import annotations

from datetime import date, timedelta

from anju.domain.identifiers import id_number_problem, uscc_problem
from anju.simulators.city.life import City

UNTIL = date(2026, 11, 20)


def working(day):
    """Monday to Friday."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def years(members=400, seed=5):
    city = City(members=members, years=3, seed=seed, until=UNTIL, working=working)
    return city, list(city.days())


def test_everybody_is_nobody_and_has_a_right_number():
    city, _days = years()
    numbers = [each.person.id_number for each in city.lives]
    assert len(set(numbers)) == len(numbers) == 400
    for each in city.lives:
        assert id_number_problem(each.person.id_number, UNTIL) is None
        assert each.person.id_number[2:6] == "9999"
        assert each.person.name.startswith("演示·")
    codes = [city.registry.employer(number)[1] for number in range(1_000)]
    assert len(set(codes)) == 1_000
    assert all(uscc_problem(code) is None for code in codes)


def test_its_days_come_in_order_and_only_on_working_days():
    _city, days = years()
    assert [each.day for each in days] == sorted({each.day for each in days})
    assert all(each.day.weekday() < 5 for each in days)
    assert days[-1].day <= UNTIL


def test_all_that_a_centre_meets_happens():
    _city, days = years()
    for what in ("joining", "leaving", "moving", "coming_back", "lists", "withdrawing", "retiring"):
        assert any(getattr(each, what) for each in days), what
    lists = [each for day in days for each in day.lists]
    assert any(each.mistaken for each in lists)
    assert any(each.counts_from and not each.mends for each in lists)
    mended = {each.mends for each in lists if each.mends}
    assert mended == {each.reference for each in lists if each.mistaken}
    assert len({each.reference for each in lists}) == len(lists)


def test_nobody_changes_twice_on_a_day():
    """Few employers and many people, so that one who has moved would be picked again."""
    _city, days = years(members=2_000)
    for day in days:
        changes = (*day.moving, *day.coming_back, *((member, None) for member in day.leaving))
        members = [member for member, _employer in changes]
        assert len(set(members)) == len(members), day.day


def test_nobody_is_paid_for_twice_in_a_month_nor_after_retiring():
    _city, days = years()
    paid: set[tuple[int, date]] = set()
    for day in days:
        for each in day.lists:
            if not each.mends:
                assert not paid & {(member, each.month) for member, _fen in each.members}
                paid |= {(member, each.month) for member, _fen in each.members}
    retired = {member: day.day for day in days for member in day.retiring}
    assert retired
    assert all(month <= retired.get(member, UNTIL) for member, month in paid)


def test_wages_grow_and_so_does_what_is_paid():
    _city, days = years()
    first = next(each for day in days[:20] for each in day.lists)
    member, fen = first.members[0]
    last = [
        amount for day in days for each in day.lists if not each.mistaken
        for who, amount in each.members if who == member
    ][-1]  # fmt: skip
    assert last >= fen > 0
    assert fen % 200 == 0, "two parts, each a whole number of yuan"


def test_the_seed_is_all_there_is_to_it():
    assert years()[1] == years()[1]
    assert years()[1] != years(seed=6)[1]
