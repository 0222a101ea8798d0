"""Each dated value, changed in a fixture city, changes what somebody gets.

One row of the table per value: another value for it, and where to look. A declared value without
a row fails the guard.
"""

import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from anju import ledger, policy, ports
from anju.business.contributions import orders as contributions
from anju.business.withdrawals.retirement import facts as retirement
from anju.business.withdrawals.retirement.rules import RULES
from anju.cases import actions as cases
from anju.cases.declaration import Asked
from anju.cases.records import Begun
from anju.domain.rules import evaluate
from anju.parties import actions as parties
from anju.parties import (
    captcha,
    codes,
    credentials,
    messages,
    rules,
    sign_in,
)
from anju.parties.models import Person, User
from anju.parties.tests import cast
from anju.policy import Policy, PolicyError, load
from anju.ports.sms import SmsUnreachable
from anju.store import audit
from anju.store.reveal import TooManyReveals, reveal

from . import looks_contributions
from .looks import a_year_of_two_rates, earns_again, gains_after_a_month, picture
from .looks_agents import invitation, session

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[2] / "centers"
CENTER = "xishuangbanna"
AT = cast.AT
IP = "198.51.100.9"
Look = Callable[[], Any]


def retired_member() -> User:
    """Somebody who may draw the fund in the fixture city, with a card bound 50 hours ago."""
    ledger.open_day(AT.date())
    user = cast.member()
    system = audit.Actor.system()
    employer = parties.register_employer(
        name="演示·单位",
        uscc="12149999DEM0000011",
        branch_code="jinghong",
        actor=system,
        at=AT,
    )
    account = contributions.take_on(
        user.person_id,
        employer_id=employer.pk,
        branch_code="jinghong",
        account_no="5300000099",
        base_fen=650000,
        member_ratio=Decimal("0.12"),
        employer_ratio=Decimal("0.12"),
        opening_fen=2021621,
        opened_on=date(2010, 7, 1),
        actor=system,
        at=AT,
    )
    contributions.seal(
        account,
        reason="retired",
        on=AT.date(),
        approved_on=AT.date(),
        approved_by="演示审批",
        actor=system,
        at=AT,
    )
    parties.bind_card(
        user.person_id,
        number=cast.CARD,
        bank_code="105",
        branch_code="10501",
        holder_name="演示·李华",
        same_name_verified=True,
        actor=system,
        at=AT - timedelta(hours=50),
    )
    return user


def closing_sum() -> Any:
    """What the member would be paid 30 days on."""
    facts = retirement.gather(Asked(AT, retired_member().person_id))
    return retirement.quote(facts, policy.current(), AT.date() + timedelta(days=30)).total_fen


def card_check() -> Any:
    """Whether a card of 50 hours is old enough."""
    facts = retirement.gather(Asked(AT, retired_member().person_id))
    checks = [rule for rule in RULES if rule.code == "retirement.card_too_young"]
    return [finding.met for finding in evaluate(checks, facts, policy.current(), AT)]


def upload() -> Any:
    """What comes back for a photograph of 1.1 megapixels and some 600 kB."""
    user = retired_member()
    begun = cases.begin("withdrawals.retirement", person_id=user.person_id, channel="h5", at=AT)
    assert isinstance(begun, Begun)
    return cases.add_evidence(
        begun.reference,
        person_id=user.person_id,
        slot="id_front",
        content=picture(1100, 1000),
        at=AT,
    )


def seen(answer: Any) -> Any:
    """An answer without what is new each time."""
    fields = ("code", "text", "retry_at", "resend_at", "expires_at")
    return (type(answer).__name__, *(getattr(answer, name, None) for name in fields))


def password(text: str) -> Look:
    return lambda: rules.password_problem(text, on=AT.date())


def member_tries(count: int) -> Look:
    """The last of `count` wrong sign-ins of one member."""

    def look() -> Any:
        cast.member()
        answers = [
            sign_in.member_by_sms(id_number=cast.id_number(), password="Wrong-pass-1", ip=IP, at=AT)
            for _ in range(count)
        ]
        return seen(answers[-1])

    return look


def staff_tries(count: int) -> Look:
    """The last of `count` wrong sign-ins of one member of staff."""

    def look() -> Any:
        cast.staff()
        answers = [
            sign_in.staff(
                username="teller.one", password="Wrong-pass-1", totp="000000", ip=IP, at=AT
            )
            for _ in range(count)
        ]
        return seen(answers[-1])

    return look


def tries_from_one_address(count: int) -> Look:
    """The last of `count` tries from one address."""

    def look() -> Any:
        answers = [
            sign_in.member_by_sms_code(ticket="unknown", code="000000", ip=IP, at=AT)
            for _ in range(count)
        ]
        return seen(answers[-1])

    return look


def business_password() -> Any:
    user = cast.member()
    return seen(credentials.check_business_password(user.pk, password="111222", at=AT))


def challenge(*names: str) -> Look:
    """A part of the challenge that a browser works on."""

    def look() -> Any:
        part: Any = captcha.challenge(AT)
        for name in names:
            part = part[name]
        return part

    return look


def steps_of_work() -> Any:
    solved = captcha.solve(captcha.challenge(AT))
    return captcha.altcha.Payload.from_base64(solved).solution.counter


def ask_code(person: Person, *, after: int = 0) -> Any:
    at = AT + timedelta(seconds=after)
    answer = codes.request(person.pk, purpose="guard", binding="x", says="核对", ip=IP, at=at)
    return seen(answer)


def one_code() -> Any:
    return ask_code(cast.person())


def codes_of_a_day(count: int) -> Look:
    """The last of `count` codes of one phone, an hour apart."""

    def look() -> Any:
        person = cast.person()
        return [ask_code(person, after=3600 * at) for at in range(count)][-1]

    return look


def codes_of_an_address(count: int) -> Look:
    """The last of `count` codes of as many people at one address."""

    def look() -> Any:
        return [ask_code(cast.person(order)) for order in range(1, count + 1)][-1]

    return look


def wrong_code() -> Any:
    person = cast.person()
    ask_code(person)
    return seen(codes.verify(person.pk, purpose="guard", binding="x", code="no", at=AT))


class Silent:
    """A gateway that never answers."""

    def send(self, message_id: str, *, phone: str, text: str) -> None:
        raise SmsUnreachable(message_id)


def deliveries() -> Any:
    """The state of a message after three attempts that nobody answered."""
    with ports.offering("sms", Silent()):
        with transaction.atomic():
            number = messages.send_sms(cast.person().pk, kind="guard", text="试", at=AT)
        return [messages.deliver(number, at=AT) for _ in range(3)]


def reveals() -> Any:
    """How often of three a member of staff sees a full ID number."""
    person, staff = cast.person(), cast.staff()
    count = 0
    for _ in range(3):
        try:
            reveal(
                person,
                "id_number",
                reason="核对",
                actor=audit.Actor.staff(staff.pk),
                subject=audit.Subject("person", str(person.pk)),
                at=AT,
            )
            count += 1
        except TooManyReveals:
            pass
    return count


# --- the table -------------------------------------------------------------------------------


class Row(NamedTuple):
    """Another value, and where it must be seen."""

    value: str
    look: Look


TABLE = {
    **{name: Row(*row) for name, row in looks_contributions.TABLE.items()},
    "gains_carry": Row("year", gains_after_a_month),
    "deposit": Row("0.0160", closing_sum),
    "deposit_carried": Row("0.0300", a_year_of_two_rates),
    "interest_day_base": Row("365", closing_sum),
    "interest_rate_application": Row("segmented", a_year_of_two_rates),
    "interest_rounding": Row("parts", a_year_of_two_rates),
    "returned_payout_interest": Row("none", lambda: earns_again(retired_member(), AT.date())),
    "card_age_hours_min": Row("48", card_check),
    "evidence_bytes_max": Row("102400", upload),
    "evidence_pixels_max": Row("1000000", upload),
    "password_length_min": Row("10", password("Abc-1234")),
    "password_length_max": Row("20", password("Abc-1234" * 3)),
    "password_classes_min": Row("4", password("Abcd1234")),
    "sign_in_tries": Row("3", member_tries(4)),
    "sign_in_lock_seconds": Row("1800", member_tries(6)),
    "sign_in_tries_per_ip": Row("2", tries_from_one_address(3)),
    "sign_in_ip_window_seconds": Row("1800", tries_from_one_address(61)),
    "staff_sign_in_tries": Row("3", staff_tries(1)),
    "staff_sign_in_lock_seconds": Row("1800", staff_tries(6)),
    "business_password_tries_per_day": Row("3", business_password),
    "captcha_iterations": Row("2000", challenge("parameters", "cost")),
    "captcha_steps_max": Row("20", steps_of_work),
    "captcha_ttl_seconds": Row("300", challenge("parameters", "data", "until")),
    "sms_code_ttl_seconds": Row("300", one_code),
    "sms_code_resend_seconds": Row("120", one_code),
    "sms_code_tries": Row("3", wrong_code),
    "sms_codes_per_phone_day": Row("2", codes_of_a_day(3)),
    "sms_codes_per_ip_hour": Row("2", codes_of_an_address(3)),
    "sms_delivery_attempts_max": Row("2", deliveries),
    "member_session_idle_seconds": Row("60", session("member", idle=90, whole=100)),
    "member_session_absolute_seconds": Row("3600", session("member", idle=90, whole=4000)),
    "agent_session_idle_seconds": Row("60", session("agent", idle=90, whole=100)),
    "agent_session_absolute_seconds": Row("3600", session("agent", idle=90, whole=4000)),
    "agent_invitation_days": Row("3", invitation),
    "staff_session_idle_seconds": Row("60", session("staff", idle=90, whole=100)),
    "staff_session_absolute_seconds": Row("3600", session("staff", idle=90, whole=4000)),
    "reveals_per_hour": Row("2", reveals),
}
AT_LOAD = {"decision_working_days_max"}
"""Values that the loader itself holds the city's files to."""


@pytest.fixture
def centers(tmp_path: Path) -> Path:
    """A copy of all centres, the fixture city without values of its own."""
    root = Path(shutil.copytree(REAL, tmp_path / "centers"))
    (root / CENTER / "params.yaml").unlink()
    return root


@pytest.fixture(autouse=True)
def _no_luck_in_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captcha, "randbelow", lambda below: 0)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """The fixture city as the national folder has it."""
    root = Path(shutil.copytree(REAL, tmp_path_factory.mktemp("unchanged") / "centers"))
    (root / CENTER / "params.yaml").unlink()
    return load(CENTER, root)


def change(root: Path, name: str, value: str, *, city: Policy) -> None:
    """Write another value for a name; where a city may not say it, nationally."""
    declared = {**city.params, **city.rates}[name]
    if not declared.fixed:
        (root / CENTER / "params.yaml").write_text(
            f"{name}:\n  reviewed_on: 2026-11-01\n  values:\n"
            f'    1993-01-01: {{value: "{value}", basis: 试}}\n',
            "utf-8",
        )
        return
    file = root / "national" / Path(declared.file).name
    entries = re.split(r"(?m)^(?=[a-z_]+:)", file.read_text("utf-8"))
    (at,) = (at for at, entry in enumerate(entries) if entry.startswith(f"{name}:"))
    entries[at] = re.sub(r'(?m)^      value: ".*"$', f'      value: "{value}"', entries[at])
    file.write_text("".join(entries), "utf-8")


def seen_under(city: Policy, look: Look) -> Any:
    """What there is to see when this policy is in force; leaves no trace."""
    block = transaction.atomic()
    # As Django's own TestCase does: what must be durable in life is not held up here.
    block._from_testcase = True
    with policy.using(city), block:
        found = look()
        transaction.set_rollback(True)
    return found


def test_every_declared_value_has_a_row(unchanged: Policy) -> None:
    assert {*unchanged.params, *unchanged.rates} == {*TABLE, *AT_LOAD}


@pytest.mark.parametrize("name", TABLE)
def test_a_changed_value_changes_what_somebody_gets(
    name: str, centers: Path, unchanged: Policy
) -> None:
    row = TABLE[name]
    before = seen_under(unchanged, row.look)
    assert seen_under(unchanged, row.look) == before, "what is looked at must not vary by itself"
    change(centers, name, row.value, city=unchanged)
    assert seen_under(load(CENTER, centers), row.look) != before


def test_a_shorter_term_of_the_law_refuses_a_slower_service(
    centers: Path, unchanged: Policy
) -> None:
    change(centers, "decision_working_days_max", "2", city=unchanged)
    with pytest.raises(PolicyError, match="staff may take 2 working days, not 3"):
        load(CENTER, centers)
