"""Telling: a member by the inbox and, where it matters, an SMS; an employer by both as well."""

from collections.abc import Iterable
from datetime import datetime

from anju.cases.models import AGENT, MEMBER, Case, Message
from anju.parties import agent_messages, messages
from anju.store.bulk import copy_rows


def tell(case: Case, *, title: str, body: str, at: datetime, by_sms: bool = False) -> None:
    """Write the message to the member in the caller's transaction; the SMS leaves after the commit.

    The SMS carries the title only and no amounts: a phone may lie on a table. A case that others
    entered about the member has no page of the member's own to lead to.
    """
    own = case.applicant_kind == MEMBER
    Message.objects.create(
        person_id=case.person_id,
        at=at,
        title=title,
        body=body,
        reference=case.reference if own else "",
    )
    if by_sms:
        _send(case.person_id, f"{title}，业务编号 {case.reference}" if own else title, at)


def tell_person(person_id: int, *, title: str, body: str, at: datetime) -> None:
    """Write a message of which no case is the subject, and send the SMS that it is there."""
    Message.objects.create(person_id=person_id, at=at, title=title, body=body, reference="")
    _send(person_id, title, at)


def _send(person_id: int, title: str, at: datetime) -> None:
    text = f"您的{title}，详情请登录网上服务大厅查看。"
    messages.send_sms(person_id, kind="case", text=text, at=at)


def tell_many(told: Iterable[tuple[int, str, str]], *, at: datetime) -> int:
    """Write a message to each of many members, as (person, title, body); how many. No case is
    spoken of, and nobody gets an SMS. Inside atomic(); `told` asks the database nothing after its
    first.
    """
    columns = ("person_id", "at", "title", "body", "reference")
    return copy_rows(
        Message, columns, ((person, at, title, body, "") for person, title, body in told)
    )


def tell_employer(case: Case, text: str, *, at: datetime) -> None:
    """Tell the agent who entered the case, or the administrators of an employer it concerns, by
    SMS, and the employer in its hall.

    Names and amounts stay out of a message, as for members.
    """
    if case.employer_id is None:
        return
    agent_messages.tell_agents(
        case.employer_id,
        who=case.applicant_id if case.applicant_kind == AGENT else None,
        kind="case",
        text=f"{text}{agent_messages.LOOK}",
        at=at,
        about=case.service_code,
    )
