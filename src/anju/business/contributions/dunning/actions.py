"""An employer that is late is reminded: by itself once a month, at the counter once a day."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from anju import policy
from anju.business.contributions.accounts.facts import arrears
from anju.business.contributions.dunning import facts
from anju.business.contributions.models import Dunning, EmployerAccount
from anju.domain.contribution import month_words
from anju.parties import agent_messages
from anju.store import audit
from anju.store.audit import Actor

AT_ONCE: Final = 200


def remind(number: str, *, staff_id: int, at: datetime) -> str:
    """Remind an employer at the counter; the words to say. Raises NotYours."""
    account_id = facts.one_of_branch(staff_id, number)
    made = _remind(account_id, Actor.staff(staff_id), at)
    if isinstance(made, str):
        return made
    if not made.told:
        return "已登记催缴；该单位没有可接收短信的经办人，请电话或书面通知。"
    return "已登记催缴，并已发送短信。"


def remind_late(at: datetime) -> int:
    """Remind those who have not been reminded of their last overdue month; how many were.

    Inside the hours of service only, and some hundreds at a time: whoever is left comes next.
    """
    city = policy.current()
    if not city.hours.is_open(at, city.calendar):
        return 0
    late = facts.never_reminded(localdate(at)).values_list("pk", flat=True)[:AT_ONCE]
    made = [_remind(account_id, Actor.system(), at) for account_id in late]
    return sum(isinstance(each, Dunning) for each in made)


def _remind(account_id: int, actor: Actor, at: datetime) -> Dunning | str:
    """Write the reminder down with its messages, or say why not."""
    on = localdate(at)
    with transaction.atomic():
        account = EmployerAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        owed = arrears(account, on)
        if not owed:
            return "该单位没有逾期未缴的月份。"
        if Dunning.objects.filter(account=account, on=on).exists():
            return "今天已催缴过该单位。"
        # The months in between are told as well, though nobody may be owed for the last of them.
        last = policy.contribution_terms(policy.current()).last_overdue(on, payday=account.payday)
        told = agent_messages.tell_agents(
            account.employer_id,
            who=None,
            kind="contributions.late",
            text=f"贵单位自{month_words(owed[0].month)}起有 {len(owed)} 个月的住房公积金逾期未缴，"
            "请尽快在单位网厅汇缴；已经缴存的不用理会。",
            at=at,
        )
        made = Dunning.objects.create(
            account=account, month=last, months=len(owed), owed_fen=sum(each.fen for each in owed),
            told=told, on=on, at=at, by_id=actor.id if actor.kind == "staff" else None,
        )  # fmt: skip
        audit.write(
            "contributions.dunned",
            at=at,
            actor=actor,
            subject=audit.Subject("employer_account", account.number),
            details={"months": made.months, "told": told},
        )
    return made
