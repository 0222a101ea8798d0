"""The counter's desk: a teller does an employer's business, for employers of his branch alone."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from anju import ledger
from anju.business.contributions import orders
from anju.business.contributions.models import EmployerAccount, Enrolment, Remittance
from anju.channels.counter.desk import PLACES
from anju.channels.pages import letters
from anju.parties import actions as parties
from anju.store.audit import Actor
from anju.store.models import AuditRow

from . import cast

RATIO = Decimal("0.12")


@pytest.fixture
def desk(office):
    """A teller, and an employer of his branch with an account and one member."""
    ledger.open_day(cast.AT.date())
    actor, at = Actor.system(), cast.AT
    employer = parties.register_employer(
        name="演示柜面茶厂", uscc=cast._uscc(71), branch_code="yanhu", actor=actor, at=at
    )
    orders.take_on_employer(
        employer.pk, member_ratio=RATIO, employer_ratio=RATIO, payday=10,
        first_month=date(2026, 11, 1), paid_through=None, bank_code="105", bank_branch_code="10501",
        opened_on=date(2026, 7, 1), actor=actor, at=at,
    )  # fmt: skip
    person = parties.enrol_person(
        name="演示·缴存人", id_number=cast.id_number(71), phone="19900000071", actor=actor, at=at
    )
    orders.take_on(
        person.pk, employer_id=employer.pk, branch_code="yanhu", account_no="70000001",
        base_fen=650_000, member_ratio=RATIO, employer_ratio=RATIO, opening_fen=0,
        opened_on=date(2026, 7, 1), actor=actor, at=at,
    )  # fmt: skip
    teller = cast.staff("teller.one", "teller")
    return {"browser": cast.signed_in(teller), "employer": employer, "teller": teller}


def at(desk, page, *parts):
    return reverse(f"counter:unit_{page}", args=(desk["employer"].uscc, *parts))


def text(answer):
    return answer.content.decode()


def test_every_page_of_the_desk_is_drawn_in_the_counter(desk):
    for page, label, key in PLACES:
        drawn = desk["browser"].get(at(desk, page))
        assert drawn.status_code == 200, page
        assert "演示柜面茶厂" in text(drawn)
        here = rf'data-key="{key}" aria-current="page">{label}<'
        assert re.search(here, text(drawn)), page
        # Nothing leads into the hall of the employer's own agents.
        assert "/unit/" not in text(drawn), page


def test_an_employer_is_found_by_name_code_or_number(desk):
    browser, code = desk["browser"], desk["employer"].uscc
    number = EmployerAccount.objects.get().number
    for typed in ("柜面茶", code[:9].lower(), number, ""):
        page = text(browser.get("/counter/employers/", {"like": typed}))
        assert f"/counter/employers/{code}/account/" in page, typed
    assert "没有找到这样的单位" in text(browser.get("/counter/employers/", {"like": "无此单位"}))


def test_other_branches_and_other_work_have_no_desk_here(desk):
    elsewhere = cast.signed_in(cast.staff("hejin.teller", "teller", branch="hejin"))
    books = cast.signed_in(cast.staff("accountant", "accountant"))
    assert "演示柜面茶厂" not in text(elsewhere.get("/counter/employers/"))
    for page, _, _ in PLACES:
        assert elsewhere.get(at(desk, page)).status_code == 404
        assert books.get(at(desk, page)).status_code == 403
    gone = reverse("counter:unit_account", args=("91149999MA0NOBODY1",))
    assert desk["browser"].get(gone).status_code == 404


def test_a_teller_confirms_a_month_and_voids_it(desk):
    page = text(desk["browser"].get(at(desk, "remittances")))
    sent = dict(re.findall(r'name="(month|headcount|total_fen|request_key)" value="([^"]*)"', page))
    answer = desk["browser"].post(at(desk, "remittance_confirm"), sent, follow=True)
    made = Remittance.objects.get()
    assert made.number in text(answer)
    assert made.confirmed_by_id == desk["teller"].pk
    kept = AuditRow.objects.get(action="contributions.remittance_confirmed")
    assert (kept.actor_kind, kept.actor_id) == ("staff", desk["teller"].pk)
    desk["browser"].post(at(desk, "remittance_void", made.number))
    made.refresh_from_db()
    assert made.state == Remittance.State.VOID


def test_a_teller_enrols_and_seals(desk):
    typed = {
        "name": "演示·新职工", "id_number": cast.id_number(72), "phone": "19900000072",
        "base": "5000", "first_month": "2026-11",
    }  # fmt: skip
    looked = text(desk["browser"].post(at(desk, "enrol"), typed))
    seen = re.search(r'name="seen" value="([^"]*)"', looked)[1]
    sent = {**typed, "seen": seen, "confirm": ""}
    answer = desk["browser"].post(at(desk, "enrol"), sent, follow=True)
    assert "缴存登记已办理" in text(answer)
    assert answer.redirect_chain[-1][0] == at(desk, "members")
    new = Enrolment.objects.exclude(account_no="70000001").get()
    sealed = {
        "deed": "seal", "who": new.account_no, "month": "2026-11", "reason": "left", "confirm": "",
    }  # fmt: skip
    answer = desk["browser"].post(at(desk, "seals"), sealed, follow=True)
    assert "1 名职工已封存" in text(answer), text(answer)
    new.refresh_from_db()
    assert new.sealed_on is not None


def test_what_is_printed_says_that_the_counter_printed_it(desk, monkeypatch):
    printed, draw = [], letters.paper
    monkeypatch.setattr(
        letters, "paper", lambda letter, **who: printed.append(letter) or draw(letter, **who)
    )
    EmployerAccount.objects.update(state="normal", paid_through=date(2026, 11, 1))
    answer = desk["browser"].post(at(desk, "certificate"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert any("自柜面打印" in note for note in printed[0].notes)


def test_a_stop_is_taken_in_for_the_one_whose_page_it_is(desk):
    page = text(desk["browser"].get(at(desk, "member", "70000001")))
    way = re.search(r'href="(/counter/entries/new/contributions.stopping/[^"]*)"', page)[1]
    assert 'value="70000001"' in text(desk["browser"].get(way))
