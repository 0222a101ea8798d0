"""Where people look: the doors, a member at home, a withdrawal paid through, cases staff decide."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client

from anju import ledger, policy
from anju.business.contributions import opening
from anju.business.contributions import orders as contributions
from anju.business.treasury import manual_vouchers
from anju.business.withdrawals.retirement.tests import cast
from anju.business.withdrawals.retirement.tests.bank import MemoryBank, Worker
from anju.business.withdrawals.retirement.tests.conftest import MemoryEvidence
from anju.cases import actions, facts
from anju.channels.employer.tests import cast as agents
from anju.parties import sessions
from anju.parties.models import User
from anju.ports import offering

AT = cast.AT
SERVICE = cast.SERVICE
EVIDENCE_STEP = 3
SATURDAY = AT + timedelta(days=1)


def people() -> Mapping[str, Any]:
    """A green member, one at work, two whose card is missing or new, and staff."""
    ledger.open_day(date(2026, 6, 15))
    who: dict[str, Any] = {
        "green": cast.member(1),
        "at_work": cast.member(2, sealed=""),
        "no_card": cast.member(3, card_bound_at=None),
        "card_new": cast.member(4, card_bound_at=AT - timedelta(hours=20)),
    }
    account = who["at_work"].account_id
    month = date(2026, 6, 1)
    contributions.remit(
        cast.employer(), month=month, bank_account_id=10101, amounts={account: 156000},
        reference="HJ1", at=AT,
    )  # fmt: skip
    ledger.flip_day(date(2026, 7, 1))
    deposit = policy.current().rates.deposit.on(month).value
    for member in who.values():
        ledger.settle_year(member.account_id, rate=deposit, day_base=360, occurred_at=AT)
    ledger.flip_day(AT.date())
    who["staff"] = cast.staff()
    who["agent"] = agents.agent()
    return who


def browser(user: User, hall: str, channel: str) -> Client:
    """A browser in which somebody is signed in."""
    request = HttpRequest()
    request.session = SessionStore()
    sessions.begin(request, user, hall=hall, channel=channel, at=AT)
    request.session.save()
    client = Client()
    client.cookies[f"anju_yuncheng_{hall}"] = str(request.session.session_key)
    return client


def of_member(who: cast.Member, channel: str = "h5") -> Client:
    """A member's browser."""
    return browser(User.objects.get(person_id=who.person_id), "citizen", channel)


VARIES = re.compile(
    r'csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|TQ[0-9]{12}|/photo/[0-9]+/'
    r"|/messages/[0-9]+/|\?page=[0-9]+|evidence/[0-9]+/|[0-9a-f]{64}"
)


def page(client: Client, address: str) -> str:
    """A page as it is shown, without what is new each time; a page that fails is told as such."""
    try:
        answer = client.get(address)
    except Exception as error:  # noqa: BLE001 — a city that cannot be shown is a difference too
        return f"broken: {address}: {type(error).__name__}: {error}"
    text = VARIES.sub("", answer.content.decode())
    mark = "" if answer.status_code in (200, 302) else "broken: "
    return f"{mark}{VARIES.sub('', address)}: {answer.status_code} {text}"


Scene = Callable[[Mapping[str, Any]], Iterator[str]]


def doors(people: Mapping[str, Any]) -> Iterator[str]:
    """What everybody sees before signing in."""
    units = ("/unit/sign-in/", "/unit/sign-up/", "/unit/forgot/")
    shown = ("/sign-in/", "/h5/sign-in/", "/sign-up/", "/forgot/", *units, "/city/style.css")
    for address in shown:
        yield re.sub(r'data-challenge="[^"]*"', "", page(Client(), address))


def hall(people: Mapping[str, Any]) -> Iterator[str]:
    """What a member sees who still works, and one without a card, on the phone and on the web."""
    client = of_member(people["at_work"], "h5")
    shown = ("/", "/account/", "/account/movements/", "/services/", "/section/1/", "/tools/")
    for address in shown:
        yield page(client, address)
    yield page(client, f"/services/{SERVICE}/")
    for address in ("/", "/section/1/"):
        yield page(of_member(people["at_work"], "web"), address)
    for address in ("/services/", "/me/", "/me/card/"):
        yield page(of_member(people["no_card"]), address)
    city = policy.current()
    yield str([city.hours.is_open(moment, city.calendar) for moment in (AT, SATURDAY)])


def unit(people: Mapping[str, Any]) -> Iterator[str]:
    """What an employer's administrator sees."""
    client = agents.signed_in(people["agent"])
    for address in ("/unit/", "/unit/menu/1/", "/unit/agents/"):
        yield page(client, address)


def withdrawal(people: Mapping[str, Any]) -> Iterator[str]:
    """A green member from the first page to the closed account."""
    who, bank = people["green"], MemoryBank()
    client = of_member(who)
    with offering("bank", bank), offering("evidence_store", MemoryEvidence()):
        yield page(client, "/account/")
        reference = cast.begin(who)
        for number in range(1, len(policy.current().services[SERVICE].steps) + 1):
            yield page(client, f"/cases/{reference}/step/{number}/")
            cast.go_on(who, reference, from_step=number, to_step=number)
            if number == EVIDENCE_STEP:
                yield page(client, f"/cases/{reference}/step/{number}/")
        yield page(client, f"/cases/{reference}/")
        yield page(client, "/account/")
        Worker().work(AT)
    yield page(client, f"/cases/{reference}/")
    yield page(client, "/account/")
    yield page(client, "/account/movements/")
    asked = [(order.payer_account, order.amount_fen, order.order_no[:6]) for order in bank.requests]
    yield str(asked)
    yield str(manual_vouchers.subjects())
    yield re.sub(r"TQ[0-9]{12}|[0-9]{6}", "", str(cast.texts(who.person_id)))


def opening_by_itself(people: Mapping[str, Any]) -> Iterator[str]:
    """An employer of Menghai opens its account: which branch looks after it."""
    yield opening.branch_of("532822")


def decision(people: Mapping[str, Any], act: Callable[..., Any], reason: str) -> Iterator[str]:
    """A member whose card is new, what staff see of the case, and what their decision brings."""
    who, staff = people["card_new"], people["staff"]
    client, counter = of_member(who), browser(staff, "counter", "counter")
    with offering("bank", MemoryBank()), offering("evidence_store", MemoryEvidence()):
        reference = cast.submit(who)
        yield page(client, f"/cases/{reference}/")
        yield page(counter, f"/counter/cases/{reference}/")
        act(
            reference,
            staff_id=staff.pk,
            reason_code=reason,
            note="",
            payload_hash=facts.review_page(reference, staff_id=staff.pk, at=AT).payload_hash,
            at=AT,
        )
        yield page(client, f"/cases/{reference}/")
        told = facts.messages(who.person_id, before=None)
        yield VARIES.sub("", str([(message.title, message.body) for message in told]))


def approval(people: Mapping[str, Any]) -> Iterator[str]:
    """通过."""
    yield from decision(people, actions.approve, "consistent")


def correction(people: Mapping[str, Any]) -> Iterator[str]:
    """退回补正."""
    yield from decision(people, actions.return_for_correction, "photo_unclear")


def rejection(people: Mapping[str, Any]) -> Iterator[str]:
    """不予通过."""
    yield from decision(people, actions.reject, "not_the_member")
