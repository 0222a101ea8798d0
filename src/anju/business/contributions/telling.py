"""Telling that a list is paid: the employer's agents by SMS, everybody in it by the inbox.

A member's SMS is the city's choice (`remittance_sms`); amounts stand in the inbox only, because a
phone may lie on a table.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from django.db.models import Sum

from anju import policy
from anju.business.contributions.models import Remittance, RemittanceLine
from anju.cases import telling
from anju.domain.contribution import month_span
from anju.domain.money import yuan
from anju.parties import agent_messages, employer_notices, messages
from anju.parties import facts as parties


def tell(made: Remittance, *, aside: Collection[int], at: datetime) -> None:
    """Tell everybody of a list that is paid; inside atomic(), with what makes it so.

    `aside` are accounts that did not take the money; nobody is told of them.
    """
    employer = parties.employer(made.account.employer_id).name
    what = f"{month_span(made.from_month, made.month)}住房公积金{made.get_kind_display()}"
    # For whoever pays for himself nobody else acts.
    if made.kind != Remittance.Kind.FLEXIBLE:
        agent_messages.tell_agents(
            made.account.employer_id,
            who=made.confirmed_by_id,
            kind="contributions.remitted",
            text=f"贵单位{what}已入账，清册编号 {made.number}{agent_messages.LOOK}",
            at=at,
        )
    told = list(_told(made, aside))
    telling.tell_many(
        (
            (person, f"{what}已入账", _body(made, employer, own, parts))
            for person, own, parts in told
        ),
        at=at,
    )
    assert made.allocated_on is not None
    if by_sms(made.allocated_on):
        whose = "您" if made.kind == Remittance.Kind.FLEXIBLE else f"{employer}为您缴存"
        text = f"{whose}的{what}已入账，详情请登录网上服务大厅查看。"
        messages.post_many(
            ((person, text) for person, _own, _employers in told),
            kind="contributions.remitted",
            at=at,
        )


def _body(made: Remittance, employer: str, own: int, employers: int) -> str:
    if made.kind == Remittance.Kind.FLEXIBLE:
        return f"从您的扣款银行卡缴存 {yuan(own)} 元，已记入个人账户，自入账之日起计息。"
    return (
        f"{employer}为您缴存 {yuan(own + employers)} 元：单位部分 {yuan(employers)} 元，"
        f"个人部分 {yuan(own)} 元。"
    )


def tell_short(made: Remittance, *, at: datetime) -> None:
    """Tell an employer that what has come for a list does not suffice; inside atomic()."""
    text = f"清册 {made.number} 的来款已收到，还不够应缴金额；补足差额后即入账。"
    employer_notices.write(made.account.employer_id, kind="contributions.short", text=text, at=at)


def by_sms(on: date) -> bool:
    """Whether members get an SMS beside the message in the inbox."""
    return bool(policy.current().params.remittance_sms.on(on).value == "members")


def _told(made: Remittance, aside: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Each person with the own part and the employer's of all months together, in fen."""
    lines = RemittanceLine.objects.filter(remittance=made).exclude(account_id__in=aside)
    sums = lines.order_by("account_id").values_list("enrolment__person_id")
    yield from sums.annotate(Sum("member_fen"), Sum("employer_fen")).iterator()
