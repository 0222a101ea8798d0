"""Telling a member: a message in the hall's inbox and, where it matters, an SMS."""

from datetime import datetime

from anju.cases.models import Case, Message
from anju.parties import messages


def tell(case: Case, *, title: str, body: str, at: datetime, by_sms: bool = False) -> None:
    """Write the message in the caller's transaction; the SMS leaves after the commit.

    The SMS carries the title only and no amounts: a phone may lie on a table.
    """
    Message.objects.create(
        person_id=case.person_id, at=at, title=title, body=body, reference=case.reference
    )
    if by_sms:
        messages.send_sms(
            case.person_id,
            kind="case",
            text=f"您的{title}，业务编号 {case.reference}，详情请登录网上服务大厅查看。",
            at=at,
        )
