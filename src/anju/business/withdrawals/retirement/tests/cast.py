"""The fictional people of these tests, and how they walk through a case page by page."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from PIL import Image

from anju import ledger, policy
from anju.business.contributions import orders as contributions
from anju.business.loans import orders as loans
from anju.cases import actions
from anju.cases.models import Case
from anju.cases.records import Begun, CodeSent, Submitted
from anju.domain.calendar import SHANGHAI
from anju.domain.identifiers import card_number_problem, id_check_digit
from anju.parties import actions as parties
from anju.parties.models import SmsMessage, User
from anju.store.audit import Actor
from anju.store.fields import unseal

SERVICE = "withdrawals.retirement"
YEAR_BEGAN = datetime(2026, 7, 1, 9, 0, tzinfo=SHANGHAI)
AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
SOON = timedelta(seconds=61)
BUSINESS_PASSWORD = "730482"
BALANCE = 2_021_621
INTEREST = 11_961
"""2,021,621 fen × 142 days (1 July to 20 November) × 1.5 % ÷ 360, rounded once: 11,961.26."""
BRANCH = "yanhu"


@dataclass(frozen=True)
class Member:
    """A member of the fund and the account behind them."""

    person_id: int
    account_id: int

    @property
    def account(self) -> ledger.AccountRow:
        """The account as it stands."""
        return ledger.account(self.account_id)


def open_books() -> None:
    """The interest year begins, an employer is known; members are taken on from here."""
    ledger.open_day(YEAR_BEGAN.date())


def turn_to(at: datetime = AT) -> None:
    """Let the days pass."""
    ledger.flip_day(at.date())


def id_number(order: int) -> str:
    """A number with a right check digit in a county that does not exist."""
    first17 = f"14999919660815{order:03d}"
    return first17 + id_check_digit(first17)


def card_number(order: int) -> str:
    """A number with a right check digit of a bank that does not exist."""
    body = f"621000000000000{order:03d}"
    digits = [int(d) for d in reversed(body)]
    total = sum(d if i % 2 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(digits))
    return body + str(-total % 10)


def look_alike(order: int) -> str:
    """Another right number that ends in the same four digits: masked, the two look alike."""
    last4 = card_number(order)[-4:]
    middles = (f"621000{n:09d}" for n in range(1, 1000))
    candidates = (f"{middle}{last4}" for middle in middles)
    return next(n for n in candidates if not card_number_problem(n) and n != card_number(order))


def employer() -> int:
    """The one employer of these tests."""
    found = parties.Employer.objects.first()
    if found is None:
        found = parties.register_employer(
            name="演示·水文站",
            uscc="12149999DEM0000011",
            branch_code=BRANCH,
            actor=Actor.system(),
            at=YEAR_BEGAN,
        )
    return int(found.pk)


def member(
    order: int = 1,
    *,
    balance: int = BALANCE,
    sealed: str = "retired",
    approved: bool = True,
    card_bound_at: datetime | None = YEAR_BEGAN,
    same_name: bool = True,
    loan_fen: int = 0,
) -> Member:
    """A member who retired in October; every condition holds unless told otherwise."""
    who, name = Actor.system(), f"演示·李华{order}"
    person = parties.enrol_person(
        name=name,
        id_number=id_number(order),
        phone=f"1500000{order:04d}",
        actor=who,
        at=YEAR_BEGAN,
    )
    user = parties.open_login(person.pk, actor=who, at=YEAR_BEGAN)
    parties.set_business_password(user.pk, password=BUSINESS_PASSWORD, actor=who, at=YEAR_BEGAN)
    account_id = contributions.take_on(
        person.pk,
        employer_id=employer(),
        branch_code=BRANCH,
        account_no=f"0000{order:04d}",
        base_fen=650_000,
        member_ratio=Decimal("0.12"),
        employer_ratio=Decimal("0.12"),
        opening_fen=balance,
        opened_on=date(2010, 7, 1),
        actor=who,
        at=YEAR_BEGAN,
    )
    if sealed:
        contributions.seal(
            account_id,
            reason=sealed,
            on=date(2026, 10, 9),
            approved_on=date(2026, 10, 8) if approved else None,
            approved_by="盐湖管理部",
            actor=who,
            at=YEAR_BEGAN,
        )
    if card_bound_at is not None:
        bind(person.pk, order, at=card_bound_at, same_name=same_name)
    if loan_fen:
        loans.take_on(
            person.pk, loan_no=f"D{order:04d}", principal_fen=loan_fen, actor=who, at=YEAR_BEGAN
        )
    return Member(person.pk, account_id)


def bind(
    person_id: int, order: int, *, at: datetime, same_name: bool = True, number: str = ""
) -> None:
    """Bind a receiving card."""
    parties.bind_card(
        person_id,
        number=number or card_number(order),
        bank_code="105",
        branch_code="10501",
        holder_name=f"演示·李华{order}",
        same_name_verified=same_name,
        actor=Actor.system(),
        at=at,
    )


def staff(username: str = "yanhu.reviewer", *, role: str = "reviewer", **more: object) -> User:
    """A member of staff of the members' branch."""
    given: dict[str, object] = {"branch_code": BRANCH, "password": "Counter-2026", **more}
    return parties.create_staff(
        username=username,
        display_name="演示·复核",
        roles=(role,),
        actor=Actor.system(),
        at=YEAR_BEGAN,
        **given,
    )


def photo(shade: int = 120) -> bytes:
    """A small picture; another shade is another picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, shade, shade)).save(out, "JPEG")
    return out.getvalue()


def last_code(person_id: int) -> str:
    """The code in the last message that carried one."""
    for message in SmsMessage.objects.filter(person_id=person_id).order_by("-pk"):
        found = re.search(r"验证码 (\d{6})", unseal(message, "text").expose())
        if found:
            return found[1]
    raise AssertionError("no code was sent")


def texts(person_id: int) -> list[str]:
    """Every text message to a person, oldest first."""
    rows = SmsMessage.objects.filter(person_id=person_id).order_by("pk")
    return [unseal(row, "text").expose() for row in rows]


def begin(who: Member, *, channel: str = "h5", at: datetime = AT) -> str:
    """Begin an application; gives its reference."""
    begun = actions.begin(SERVICE, person_id=who.person_id, channel=channel, at=at)
    assert isinstance(begun, Begun), begun
    return begun.reference


def posted_for(who: Member, reference: str, number: int, *, at: datetime) -> dict[str, str]:
    """What the member would type on page `number`: pictures are taken and a code is asked for."""
    step = policy.current().services[SERVICE].steps[number - 1]
    for slot in step.slots:
        actions.add_evidence(reference, person_id=who.person_id, slot=slot, content=photo(), at=at)
    if step.proof == "sms":
        sent = actions.send_code(
            reference, person_id=who.person_id, number=number, ip="198.51.100.7", at=at
        )
        assert isinstance(sent, CodeSent), sent
        return {"code": last_code(who.person_id)}
    if step.proof == "business_password":
        return {"business_password": BUSINESS_PASSWORD}
    return {}


def go_on(
    who: Member, reference: str, *, from_step: int = 1, to_step: int = 99, at: datetime = AT
) -> object:
    """Take the pages from one to another; gives the last answer."""
    answer: object = None
    count = len(policy.current().services[SERVICE].steps)
    for number in range(from_step, min(to_step, count) + 1):
        posted = posted_for(who, reference, number, at=at)
        answer = actions.take_step(
            reference, person_id=who.person_id, number=number, posted=posted, at=at
        )
    return answer


def submit(who: Member, *, channel: str = "h5", at: datetime = AT) -> str:
    """Walk from the first page to the end; gives the reference."""
    reference = begin(who, channel=channel, at=at)
    assert go_on(who, reference, at=at) == Submitted(reference)
    return reference


def case(reference: str) -> Case:
    """The row behind a reference."""
    return Case.objects.get(reference=reference)
