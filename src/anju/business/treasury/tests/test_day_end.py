"""The day end step by step: jobs go as far as they can, people do the rest, nothing twice."""

from datetime import timedelta

import pytest

from anju import ledger
from anju.business.treasury import day_end, day_end_facts
from anju.business.treasury.day_end import Unit
from anju.business.treasury.models import Break, DayEndStep
from anju.business.treasury.tests.still_bank import beside_a_still_bank
from anju.business.withdrawals.retirement.tests import cast
from anju.cases.records import NotYours
from anju.ledger.verify import verify
from anju.parties import actions as parties
from anju.parties.facts import staff_ref
from anju.store.audit import Actor
from anju.store.models import AuditRow

pytestmark = pytest.mark.django_db
AT = cast.AT
DAY = AT.date()
UNIT = Unit(DAY)
LATER = AT + timedelta(days=1)


def staff(username: str, *roles: str) -> int:
    return parties.create_staff(
        username=username, display_name=f"演示·{username}", branch_code="yanhu", roles=roles,
        password="Counter-2026", totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", person_id=None,
        actor=Actor.system(), at=AT,
    ).pk  # fmt: skip


@pytest.fixture
def office():
    """Books with one member's money in them; the date has just flipped."""
    cast.open_books()
    cast.turn_to()
    cast.member(1)
    for day in [row.day for row in ledger.days_to_seal()]:
        seal_by_hand(day)
    ledger.flip_day(LATER.date())
    return {
        "one": staff("accountant.one", "accountant"),
        "two": staff("accountant.two", "accountant"),
        "admin": staff("the.admin", "admin"),
        "teller": staff("teller.one", "teller"),
    }


def seal_by_hand(day):
    ledger.hash_vouchers(day)
    root = ledger.root_day(day)
    ledger.sign_day(day, signer="a", root=root)
    ledger.seal_day(day, signer="b", root=root)


def run(at=LATER):
    with beside_a_still_bank():
        day_end.run(lambda: at)
    return states()


def states():
    rows = {row.step: row for row in DayEndStep.objects.filter(day=DAY)}
    return {step: rows[step].state for step in day_end.STEPS}


def board(who):
    return day_end_facts.board(who, UNIT, at=LATER)


def sign(who):
    return day_end.sign(UNIT, staff_id=who, root=board(who).root, at=LATER)


def at_break():
    return Break.objects.create(
        kind="returned", order_no="O1", amount_fen=1, note="退票", found_at=AT
    )


def test_a_quiet_day_is_sealed_by_two(office):
    found = run()
    assert [step for step, state in found.items() if state == "done"] == list(day_end.STEPS[:6])
    assert board(office["one"]).asks == "sign"
    assert board(office["admin"]).waits_for == "等待会计签名。"
    assert sign(office["admin"]) == day_end.Refused("第一个签名须由会计签。")
    assert sign(office["one"]) is None
    run()
    assert "另一位" in board(office["one"]).waits_for
    assert sign(office["one"]) == day_end.Refused("第二个签名须由另一人签。")
    assert sign(office["admin"]) is None
    assert set(run().values()) == {"done"}
    sealed = ledger.day_row(DAY)
    assert (sealed.state, sealed.signer1, sealed.signer2) == (
        "sealed", staff_ref(office["one"]), staff_ref(office["admin"]),
    )  # fmt: skip
    listed = day_end_facts.days(office["one"]).lines
    [shown] = [(line.signer1, line.signer2) for line in listed if line.key == UNIT.key]
    assert shown == ("演示·accountant.one", "演示·the.admin")
    assert run() == states()
    assert verify() == []
    kept = AuditRow.objects.filter(subject_kind="business_day").values_list("action", flat=True)
    assert list(kept) == ["day_end.first", "day_end.second"]


def test_open_breaks_wait_for_somebody_who_has_seen_them(office):
    at_break()
    found = run()
    assert (found["breaks"], found["root"]) == ("waiting", "waiting")
    assert board(office["two"]).asks == "acknowledge"
    short = day_end.acknowledge(UNIT, staff_id=office["two"], note="看", at=LATER)
    assert isinstance(short, day_end.Refused)
    said = {"staff_id": office["two"], "note": "已联系银行，明日重付", "at": LATER}
    assert day_end.acknowledge(UNIT, **said) is None
    assert isinstance(day_end.acknowledge(UNIT, **said), day_end.Refused)
    assert run()["root"] == "done"
    assert DayEndStep.objects.get(day=DAY, step="breaks").note == "已联系银行，明日重付"


def test_a_failed_proof_is_named_and_tried_again(office, monkeypatch):
    broken = ledger.DayBreak("trial balance", "all subjects", "off by 3")
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "prove_day", lambda day: (broken,))
        assert run()["proofs"] == "failed"
        page = board(office["one"])
        assert page.is_failed
        assert "off by 3" in page.steps[1].note
        assert page.steps[1].mend
    assert run()["proofs"] == "failed", "not before ten minutes have passed"
    assert day_end.try_again(UNIT, staff_id=office["one"], at=LATER) is None
    assert run()["proofs"] == "done"
    assert isinstance(day_end.try_again(UNIT, staff_id=office["one"], at=LATER), day_end.Refused)


def test_a_failed_step_is_taken_up_by_itself(office, monkeypatch):
    broken = ledger.DayBreak("trial balance", "all subjects", "off by 3")
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "prove_day", lambda day: (broken,))
        run()
    assert run(LATER + day_end.TRY_AGAIN_AFTER)["root"] == "done"


def test_who_saw_another_root_does_not_sign(office):
    run()
    answer = day_end.sign(UNIT, staff_id=office["one"], root="00" * 32, at=LATER)
    assert isinstance(answer, day_end.Refused)
    assert ledger.day_row(DAY).signer1 is None


def test_days_wait_for_the_day_before(office):
    after = LATER + timedelta(days=1)
    ledger.flip_day(after.date())
    run(after)
    # The still bank never told of the first day's money.
    assert (
        day_end.acknowledge(Unit(LATER.date()), staff_id=office["one"], note="未达账项", at=after)
        is None
    )
    run(after)
    second = {row.step: row for row in DayEndStep.objects.filter(day=LATER.date())}
    assert second["leaves"].state == "done"
    assert second["root"].state == "waiting"
    assert "先封账" in second["root"].note
    sign(office["one"])
    run(after)
    sign(office["two"])
    run(after)
    second = {row.step: row for row in DayEndStep.objects.filter(day=LATER.date())}
    assert second["root"].state == "done"


def test_it_is_nobody_elses_work(office):
    run()
    for act in (
        lambda: sign_as(office["teller"]),
        lambda: board(office["teller"]),
        lambda: day_end_facts.days(office["teller"]),
        lambda: day_end.acknowledge(UNIT, staff_id=office["teller"], note="看过了", at=LATER),
        lambda: day_end.try_again(UNIT, staff_id=office["teller"], at=LATER),
    ):
        with pytest.raises(NotYours):
            act()


def sign_as(who):
    return day_end.sign(UNIT, staff_id=who, root="", at=LATER)


def test_the_list_says_where_each_day_stands(office):
    run()
    page = day_end_facts.days(office["one"])
    found = {line.day: (line.state_text, line.step) for line in page.lines}
    assert found[LATER.date()] == ("营业中", "")
    assert found[DAY] == ("日终中", "会计签名")
    assert page.next_before is None


def test_what_is_done_stays_done(office):
    run()
    row = DayEndStep.objects.get(day=DAY, step="proofs")
    row.note = "another"
    with pytest.raises(Exception, match="step_is_done"):
        row.save()


def test_without_a_statement_the_day_waits_for_the_bank(office):
    with beside_a_still_bank(away=True):
        day_end.run(lambda: LATER)
    row = DayEndStep.objects.get(day=DAY, step="reconciled")
    assert (row.state, "对账单" in row.note) == ("failed", True)
    assert run()["reconciled"] == "failed", "not before ten minutes have passed"
    assert day_end.try_again(UNIT, staff_id=office["one"], at=LATER) is None
    assert run()["reconciled"] == "done"


def test_what_the_reconciliation_found_is_acknowledged_the_same_day(office):
    run()
    assert states()["root"] == "done"
    after = LATER + timedelta(days=1)
    ledger.flip_day(after.date())
    run(after)
    row = DayEndStep.objects.get(day=LATER.date(), step="breaks")
    assert (row.state, row.total) == ("waiting", Break.objects.filter(kind="ours_only").count())
    assert row.total


def test_an_address_names_a_day_or_its_adjustments():
    for of in (UNIT, Unit(DAY, "adjustment")):
        assert day_end.unit(of.key) == of
    for key in ("", "2026-11", "2026-11-20-day", "2026-11-20-adjustments", "2026-13-01"):
        with pytest.raises(ValueError):
            day_end.unit(key)
