"""One part of the outside is away for an hour; what must go on, and what comes home afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from anju import ports
from anju.business.contributions import facts as contributions
from anju.business.treasury.models import Break, PaymentOrder
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions, facts
from anju.cases.models import Message
from anju.cases.records import Advanced, EvidenceAdded, Mistakes, Submitted
from anju.ledger.verify import verify
from anju.parties.models import SmsMessage

from . import journeys
from .outside import Outside

MINUTES = 60
EVERY = 10
PHONE = "15000000001"


def reads_go_on(outside: Outside, *references: str) -> int:
    """Everything a member may look at answers; gives how many were asked."""
    asked = 0
    for who in outside.members:
        person = {"person_id": who.person_id, "at": outside.at}
        assert facts.services_for(who.person_id, channel="h5", at=outside.at)
        assert contributions.account_page(who.person_id, at=outside.at) is not None
        assert contributions.overview(who.person_id, at=outside.at) is not None
        facts.cases_of(who.person_id, at=outside.at)
        facts.messages(who.person_id)
        facts.unread(who.person_id)
        asked += 6
        for line in facts.cases_of(who.person_id, at=outside.at):
            assert facts.case_view(line.reference, **person).reference == line.reference
            facts.quote_trace(line.reference, **person)
            asked += 2
    return asked


def the_hour_passes(outside: Outside) -> int:
    """An hour, swept every minute, with everybody looking every ten; gives how often."""
    asked = 0
    for minute in range(MINUTES):
        if minute % EVERY == 0:
            asked += reads_go_on(outside)
        outside.passes(minutes=1)
    return asked


def the_bank_is_away(outside: Outside) -> int:
    """Members submit all the same; each is paid once when the bank is back."""
    outside.goes_wrong("bank_down")
    before = journeys.accepted(outside, order=1)
    outside.work()
    asked = the_hour_passes(outside)
    during = journeys.accepted(outside, order=2)
    outside.work()
    for case in (before, during):
        case.is_paying()
    assert outside.moved()["payments"] == 0
    outside.is_mended()
    for _minute in range(6):
        outside.passes(minutes=1)
    _all_paid_once(outside, before, during)
    return asked


def the_worker_is_away(outside: Outside) -> int:
    """What was accepted waits in the outbox; nothing is lost and nothing done twice."""
    outside.worker_is_down = True
    first = journeys.accepted(outside, order=1)
    asked = the_hour_passes(outside)
    second = journeys.accepted(outside, order=2)
    assert outside.moved()["payments"] == 0
    for case in (first, second):
        case.is_paying(status="written")
    outside.worker_is_down = False
    outside.passes(minutes=1)
    _all_paid_once(outside, first, second)
    return asked


def the_gateway_is_away(outside: Outside) -> int:
    """No step waits for a text: the case is paid, and the hall's inbox tells of it."""
    one = journeys.accepted(outside)
    outside.goes_wrong("down", room="sms")
    outside.work()
    one.is_done()
    one.was_told("已受理", "已办结")
    # Somebody who has no code yet keeps the draft, and hears why nothing comes.
    other = outside.members[1]
    reference = cast.begin(other, at=outside.at)
    assert actions.send_code(
        reference, person_id=other.person_id, number=1, ip="198.51.100.7", at=outside.at
    )
    outside.work()
    asked = the_hour_passes(outside)
    assert outside.texts(PHONE) == [], "the gateway was really away"
    view = facts.case_view(reference, person_id=other.person_id, at=outside.at)
    assert view.next_text == "还没有提交。您填写的内容已保存，可随时继续。"
    outside.is_mended("sms")
    for _minute in range(5):
        outside.passes(minutes=1)
    assert cast.go_on(other, reference, at=outside.at) == Submitted(reference)
    return asked


def every_text_comes_home(outside: Outside) -> None:
    """Once the gateway is back for as long as it was away, the news of the case has arrived."""
    the_gateway_is_away(outside)
    for _step in range(MINUTES // EVERY):
        outside.passes(minutes=EVERY)
    news = [text for text in outside.texts(PHONE) if "已办结" in text]
    assert len(news) == 1, SmsMessage.objects.filter(kind="case").values_list("state", "attempts")


class NoStore:
    """An evidence store whose disk is gone."""

    def put(self, key: str, *, blob: bytes) -> None:
        raise OSError("input/output error")

    def get(self, key: str) -> bytes:
        raise OSError("input/output error")


@contextmanager
def no_evidence_store() -> Iterator[None]:
    """The store is away inside the block."""
    with ports.offering("evidence_store", NoStore()):
        yield


def the_evidence_store_is_away(outside: Outside) -> int:
    """A picture is refused in words; what is filled in and stored stays; later it goes on."""
    who = outside.members[0]
    reference = cast.begin(who, at=outside.at)
    cast.go_on(who, reference, to_step=2, at=outside.at)
    photo = {"person_id": who.person_id, "content": cast.photo()}
    kept = actions.add_evidence(reference, slot="live_photo", at=outside.at, **photo)
    assert kept == EvidenceAdded("live_photo")
    with no_evidence_store():
        refused = actions.add_evidence(reference, slot="id_front", at=outside.at, **photo)
        assert isinstance(refused, Mistakes), refused
        assert "请过几分钟再试" in refused.errors["id_front"]
        asked = the_hour_passes(outside)
        page = facts.step_page(reference, person_id=who.person_id, number=3, at=outside.at)
        assert [len(slot.pages) for slot in page.slots] == [1, 0, 0]
        pressed = actions.take_step(
            reference, person_id=who.person_id, number=3, posted={}, at=outside.at
        )
        assert isinstance(pressed, Mistakes)
    for slot in ("id_front", "id_back"):
        kept = actions.add_evidence(reference, slot=slot, at=outside.at, **photo)
        assert kept == EvidenceAdded(slot)
    pressed = actions.take_step(
        reference, person_id=who.person_id, number=3, posted={}, at=outside.at
    )
    assert pressed == Advanced(reference, 4)
    assert cast.go_on(who, reference, from_step=4, at=outside.at) == Submitted(reference)
    outside.passes(minutes=1)
    assert cast.case(reference).state == "completed"
    (picture, *_others) = page.slots[0].pages
    shown = facts.evidence_file(
        picture.id, reference=reference, person_id=who.person_id, at=outside.at
    )
    assert shown.content_type == "image/jpeg"
    return asked


def _all_paid_once(outside: Outside, *cases: journeys.Case) -> None:
    for case in cases:
        assert cast.case(case.reference).state == "completed"
        assert outside.moved(case.order_no)["payments"] == 1
        done = Message.objects.filter(reference=case.reference, title__endswith="已办结")
        assert done.count() == 1
        assert case.who.account.state == "closed"
    orders = PaymentOrder.objects.all()
    assert outside.moved()["paid_fen"] == sum(order.amount_fen for order in orders)
    assert not Break.objects.exists()
    breaks = verify()
    assert not breaks, breaks
