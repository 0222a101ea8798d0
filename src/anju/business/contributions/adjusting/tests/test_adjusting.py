"""基数调整、比例调整: filled in, confirmed once, the difference paid back; amounts set-based."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from anju.business.contributions import remittance_proofs, remitting
from anju.business.contributions.adjusting import bases, files, ratios, reading
from anju.business.contributions.models import (
    AdjustmentFile,
    BaseAdjustment,
    EmployerAccount,
    Enrolment,
    RatioChange,
    Remittance,
    RemittanceLine,
)
from anju.business.contributions.remittance_lists import NotConfirmed
from anju.business.contributions.tests import test_remitting as lists
from anju.domain.contribution import part
from anju.domain.contribution_terms import CEILING, FLOOR, HALF_UP, Rounding
from anju.ports.evidence import EvidenceMissing
from anju.store import evidence
from anju.store.audit import Actor
from anju.store.tables.tests import broken

AT, MONTH = lists.AT, lists.MONTH
JULY, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (7, 10, 11))
FIRST, SECOND = "00000001", "00000002"


@pytest.fixture
def company(db, city):
    """An employer that was taken over as paid through October, with two who contribute."""
    account, people, by = lists._company(city)
    Enrolment.objects.filter(sealed_on__isnull=True).update(paid_through=OCTOBER)
    return account, people, Actor.staff(by)


def begun(account: int, by: Actor) -> str:
    number = bases.begin(account, actor=by, at=AT)
    assert isinstance(number, str)
    return number


def codes(answer) -> list[str]:
    assert isinstance(answer, NotConfirmed)
    return [each.code.partition(".")[2] for each in answer.findings]


def test_everybody_is_adjusted_from_july_and_the_difference_is_paid_back(company):
    account, people, by = company
    number = begun(account, by)
    assert bases.fill(number, {FIRST: 750_000, SECOND: 600_000}, actor=by, at=AT) == 2
    done = bases.confirm(number, mode=bases.ALL, actor=by, at=AT)
    assert (done.people, bool(done.back_list)) == (2, True)
    one, other = Enrolment.objects.filter(sealed_on__isnull=True).order_by("account_no")
    assert (one.base_fen, one.member_month_fen, one.amounts_from) == (750_000, 90_000, JULY)
    assert (other.base_fen, other.employer_month_fen) == (600_000, 72_000)
    back = Remittance.objects.get()
    assert (back.kind, back.reason, back.from_month, back.month) == ("back", "short", JULY, OCTOBER)
    assert back.total_fen == 4 * 24_000, "four months; what sinks gives nothing back"
    assert set(RemittanceLine.objects.values_list("account_id", flat=True)) == {one.account_id}
    lists.paid(back.number, back.total_fen)
    assert lists.balances(people) == [4 * 24_000, 0, 0]
    lists.sound()
    assert list(remittance_proofs.breaks()) == []
    assert codes(bases.begin(account, actor=by, at=AT)) == ["nobody_to_adjust"]
    assert remitting.due(account).total_fen == 2 * (90_000 + 72_000)


def test_all_or_only_the_good(company):
    account, _people, by = company
    number = begun(account, by)
    bases.fill(number, {FIRST: 660_000, SECOND: None}, actor=by, at=AT)
    assert codes(bases.confirm(number, mode=bases.ALL, actor=by, at=AT)) == ["people_wrong"]
    assert bases.confirm(number, mode=bases.GOOD, actor=by, at=AT).people == 1
    assert set(Enrolment.objects.values_list("base_fen", flat=True)) == {650_000, 660_000}
    remitting.void(Remittance.objects.get().number, actor=by, at=AT)
    again = BaseAdjustment.objects.get(number=begun(account, by))
    assert [line.enrolment.account_no for line in again.lines.all()] == [SECOND]


def test_lists_and_adjustments_exclude_each_other(company):
    account, _people, by = company
    number = begun(account, by)
    assert codes(bases.begin(account, actor=by, at=AT)) == ["another_lives"]
    assert lists.refusals(lists.confirm(account, by=by.id)) == ["base_adjustment_open"]
    assert codes(changed(account, by)) == ["another_lives"]
    bases.discard(number, actor=by, at=AT)
    lists.confirm(account, by=by.id)
    assert codes(bases.begin(account, actor=by, at=AT)) == ["list_unpaid"]
    assert codes(changed(account, by)) == ["list_unpaid"]
    with pytest.raises(BaseAdjustment.DoesNotExist):
        bases.fill(number, {}, actor=by, at=AT)


def test_who_comes_and_goes_meanwhile_is_seen_before_it_is_confirmed(company):
    account, people, by = company
    number = begun(account, by)
    bases.fill(number, {FIRST: 660_000, SECOND: 660_000}, actor=by, at=AT)
    sealed = Enrolment.objects.filter(account_id=people[1].account_id)
    sealed.update(sealed_on=AT.date(), seal_reason="left")
    assert codes(bases.confirm(number, mode=bases.ALL, actor=by, at=AT)) == ["people_changed"]


def test_a_file_is_taken_row_by_row(company):
    account, _people, by = company
    number = begun(account, by)
    draft = BaseAdjustment.objects.get(number=number)
    name, content = files.template(draft, "csv")
    assert name == "基数调整202607.csv"
    head, one, other = content.decode("utf-8-sig").splitlines()
    assert (one, other) == (f"{FIRST},演示·李华1,6500.00,", f"{SECOND},演示·李华2,6500.00,")
    rows = [
        head, f"{one}7000.00", f"{other}abc", f"{one}7100.00", "99999999,演示·某,,1.00",
        f"{SECOND},演示·别人,,7000.00",
    ]  # fmt: skip
    sent = taken(number, "\n".join(rows).encode(), by)
    assert (sent.state, sent.done, sent.total, sent.file_key) == ("taken", 1, 1, "")
    assert [row for row, _says in sent.problems] == [3, 4, 5, 6]
    assert [line.new_base_fen for line in draft.lines.order_by("account_id")] == [700_000, None]
    whole = files.template(draft, "xlsx")[1]
    sent = taken(number, whole, by)
    assert (sent.done, sent.problems) == (2, [])


def test_a_file_is_read_once_and_nothing_is_confirmed_meanwhile(company, monkeypatch):
    account, _people, by = company
    number = begun(account, by)
    whole = files.template(BaseAdjustment.objects.get(number=number), "xlsx")[1]
    monkeypatch.setattr(reading, "PEOPLE_AT_ONCE", 1)
    reading.send(number, content=whole, actor=by, at=AT)
    sent = AdjustmentFile.objects.get()
    with pytest.raises(reading.NotSent, match="还在读取"):
        reading.send(number, content=whole, actor=by, at=AT)
    assert "file_being_read" in codes(bases.confirm(number, mode=bases.ALL, actor=by, at=AT))
    assert [reading.read(sent.pk, instant=lambda: AT) for _ in range(2)] == ["taken", "taken"]
    sent.refresh_from_db()
    assert (sent.done, sent.file_key) == (2, "")


def test_a_file_that_cannot_be_read_fills_in_nothing_and_says_why(company):
    account, _people, by = company
    number = begun(account, by)
    sent = taken(number, "姓名\n某\n".encode(), by)
    assert (sent.state, sent.done) == ("refused", 0)
    assert "个人账号" in sent.says
    assert ":" not in sent.says, "no code of ours stands in what people read"
    large = b"x" * (reading.limits(AT.date()).bytes_max + 1)
    with pytest.raises(reading.NotSent, match="MB"):
        reading.send(number, content=large, actor=by, at=AT)
    reading.send(number, content=b"x", actor=by, at=AT)
    bases.discard(number, actor=by, at=AT)
    last = AdjustmentFile.objects.latest("pk")
    assert reading.read(last.pk, instant=lambda: AT) == "left"


def test_what_a_lost_worker_left_is_read_again_and_no_file_stays(company):
    account, _people, by = company
    number = begun(account, by)
    whole = files.template(BaseAdjustment.objects.get(number=number), "csv")[1]
    reading.send(number, content=whole, actor=by, at=AT)
    assert reading.sweep(AT + timedelta(minutes=1)) == 0
    assert reading.sweep(AT + timedelta(minutes=3)) == 1
    assert reading.sweep(AT + timedelta(minutes=4)) == 0, "it was heard of just now"
    assert reading.forget() == 0, "it is still to be read"
    sent = AdjustmentFile.objects.get()
    AdjustmentFile.objects.update(state="taken")
    assert reading.forget() == 1
    with pytest.raises(EvidenceMissing):
        evidence.get(sent.file_key, sha256=sent.file_sha256)


def taken(number: str, content: bytes, by: Actor) -> AdjustmentFile:
    """A file that was sent and read."""
    reading.send(number, content=content, actor=by, at=AT)
    sent = AdjustmentFile.objects.latest("pk")
    reading.read(sent.pk, instant=lambda: AT)
    sent.refresh_from_db()
    return sent


HEAD = ("姓名", "个人账号", "备注", "现缴存基数（元）", "新缴存基数（元）")
NO_LIMIT = {"行过多.xlsx", "行过多.csv"}
"""Refused where the limit is twenty rows; here they name one person twice."""


def _broken_files_fill_nothing(company, monkeypatch, step):
    account, _people, by = company
    monkeypatch.setattr(broken, "HEAD", HEAD)
    monkeypatch.setattr(broken, "ROW", ("演示·李华1", FIRST, "", 5000, "7000.00"))
    number = begun(account, by)
    sound = broken.workbook()
    for name, content, _code in broken.every()[::step]:
        if name in NO_LIMIT:
            continue
        sent = taken(number, content, by)
        assert (sent.state, sent.done) == ("refused", 0), name
        assert not sent.says.isascii(), name
        draft = BaseAdjustment.objects.get(number=number)
        assert {line.new_base_fen for line in draft.lines.all()} == {None}, name
    assert taken(number, sound, by).done == 1


def test_broken_files_fill_nothing(company, monkeypatch):
    _broken_files_fill_nothing(company, monkeypatch, step=9)


@pytest.mark.nightly
def test_no_broken_file_fills_anything(company, monkeypatch):
    _broken_files_fill_nothing(company, monkeypatch, step=1)


def changed(account: int, by: Actor, *, key: str = "once", member="0.10", employer="0.08"):
    return ratios.change(
        account, member_ratio=Decimal(member), employer_ratio=Decimal(employer), key=key,
        actor=by, at=AT,
    )  # fmt: skip


def test_ratios_change_for_everybody_once_a_year(company):
    account, _people, by = company
    done = changed(account, by)
    assert (done.headcount, done.before_fen, done.after_fen) == (2, 2 * MONTH, 2 * 117_000)
    assert changed(account, by) == done, "the same act again"
    assert EmployerAccount.objects.get().employer_ratio == Decimal("0.08")
    assert set(Enrolment.objects.values_list("member_month_fen", "employer_month_fen")) == {
        (65_000, 52_000)
    }
    assert RatioChange.objects.get().effective_month == NOVEMBER
    assert remitting.due(account).total_fen == 2 * 117_000
    assert codes(changed(account, by, key="more", member="0.11")) == ["changed_this_year"]


@pytest.mark.parametrize("mode", [HALF_UP, CEILING, FLOOR])
@pytest.mark.parametrize("unit", ["yuan", "jiao", "fen"])
def test_the_database_rounds_as_the_domain_does(company, unit, mode):
    rounding = Rounding(unit, mode)
    one = Enrolment.objects.filter(sealed_on__isnull=True)[:1].get()
    for base in (500_100, 723_456, 650_420, 666_666, 1, 667_000):
        Enrolment.objects.filter(pk=one.pk).update(base_fen=base)
        for ratio in ("0.05", "0.12", "0.125", "0.0833"):
            own = Enrolment.objects.filter(pk=one.pk)
            own.update(
                member_month_fen=ratios.part_of("base_fen", Decimal(ratio), rounding=rounding)
            )
            right = part(base, Fraction(ratio), rounding=rounding)
            assert own.get().member_month_fen == right, (base, ratio)
