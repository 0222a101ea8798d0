"""How an employer stands: what every service that is about an employer alone looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from anju.business.contributions import deferrals
from anju.business.contributions.deferrals import Span
from anju.business.contributions.models import EmployerAccount, Enrolment, Lowering
from anju.business.contributions.remittance_lists import adjusting, unpaid
from anju.business.contributions.remitting import due_month
from anju.cases.declaration import Asked, Subject
from anju.cases.records import NotYours
from anju.domain.contribution import month_span, month_words, ratio_words
from anju.domain.employer_account import STATE_WORDS, AccountState
from anju.domain.rules import Rule
from anju.parties import facts as parties
from anju.parties.facts import EmployerFacts

RECORD_FIELDS = frozenset(
    {
        "employer", "uscc", "account_number", "account_state", "ratios", "contributing",
        "paid_through", "due_month",
    }
)  # fmt: skip
"""The field codes a page of such a service may ask for."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An employer with its account: the one that is not closed, else the last one.

    Attributes:
        due_month: the month whose turn it is.
        contributing: how many people contribute.
        list_unpaid: the number of a confirmed list that waits for its money, or "".
        adjusting: the number of a base adjustment that is being filled in, or "".
        deferral: the deferral that is approved or running, if there is one.
        lowering: the lower ratios that hold now, in words, or "".
        another_case: the reference of another live case of the kind, if any.
    """

    employer: EmployerFacts
    account_id: int
    number: str
    state: AccountState
    member_ratio: Fraction
    employer_ratio: Fraction
    paid_through: date | None
    due_month: date
    contributing: int
    list_unpaid: str
    adjusting: str
    deferral: Span | None
    lowering: str
    another_case: str | None


class About(Protocol):
    """Facts of a service about an employer."""

    @property
    def who(self) -> Standing: ...


def gather(asked: Asked) -> Standing:
    """How the employer stands. Raises NotYours for one without an account."""
    rows = EmployerAccount.objects.filter(employer_id=asked.employer_id)
    account = rows.live().first() or rows.order_by("-pk").first()
    if account is None:
        raise NotYours("an employer without an account")
    people = Enrolment.objects.filter(employer_id=account.employer_id, sealed_on__isnull=True)
    return Standing(
        employer=parties.employer(account.employer_id),
        account_id=account.pk,
        number=account.number,
        state=AccountState(account.state),
        member_ratio=Fraction(account.member_ratio),
        employer_ratio=Fraction(account.employer_ratio),
        paid_through=account.paid_through,
        due_month=due_month(account),
        contributing=people.count(),
        list_unpaid=unpaid(account),
        adjusting=adjusting(account),
        deferral=deferrals.live(account.pk),
        lowering=_lowering(account),
        another_case=asked.another_case,
    )


def _lowering(account: EmployerAccount) -> str:
    found = Lowering.objects.filter(account=account, state=Lowering.State.RUNNING).first()
    if found is None:
        return ""
    ratios = _ratios(Fraction(found.employer_ratio), Fraction(found.member_ratio))
    return f"{month_span(found.from_month, found.to_month)}，{ratios}"


def _ratios(employer: Fraction, member: Fraction) -> str:
    return f"单位 {ratio_words(employer)}，个人 {ratio_words(member)}"


def subject(facts: About) -> Subject | None:
    """The employer; None once its account is closed."""
    if facts.who.state is AccountState.CLOSED:
        return None
    employer = facts.who.employer
    return Subject("employer", employer.employer_id, employer.branch_code, employer.employer_id)


def lock(employer_id: int) -> None:
    """Lock the employer's accounts: nobody confirms a list or changes them meanwhile."""
    rows = EmployerAccount.objects.select_for_update(no_key=True).filter(employer_id=employer_id)
    list(rows.order_by("pk").values_list("pk"))


def locked(employer_id: int) -> EmployerAccount:
    """The account that is not closed, locked. Raises DoesNotExist."""
    rows = EmployerAccount.objects.select_for_update(no_key=True)
    found: EmployerAccount = rows.live_of(employer_id).get()
    return found


def record(who: Standing) -> Mapping[str, str]:
    """The values a page may show, by field code."""
    return {
        "employer": who.employer.name,
        "uscc": who.employer.uscc,
        "account_number": who.number,
        "account_state": STATE_WORDS[who.state],
        "ratios": _ratios(who.employer_ratio, who.member_ratio),
        "contributing": f"{who.contributing} 人",
        "paid_through": month_words(who.paid_through) if who.paid_through else "—",
        "due_month": month_words(who.due_month),
    }


def month_of(answers: Mapping[str, str], code: str) -> date | None:
    """A month that was entered; None while nothing is."""
    entered = answers.get(code, "")
    return date.fromisoformat(f"{entered}-01") if entered else None


# -- rules that several of these services ask ------------------------------------------------------


def no_other_case(service: str, what: str, *, basis: str) -> Rule[Any]:
    """No other case of the kind is under way."""
    return Rule(
        code=f"{service}.another_case_live",
        holds=lambda facts, policy, at: facts.who.another_case is None,
        says=f"没有其他在办的{what}",
        fails=f"本单位有一笔{what}正在办理",
        basis=basis,
        saw=lambda facts: (
            f"业务 {facts.who.another_case}" if facts.who.another_case else f"没有在办的{what}"
        ),
        source="业务进度",
        mended_by="请等这笔业务办结，或先撤回它",
    )


def no_unpaid_list(service: str, *, basis: str) -> Rule[Any]:
    """No confirmed list waits for its money: its people and amounts stand."""
    return Rule(
        code=f"{service}.list_unpaid",
        holds=lambda facts, policy, at: not facts.who.list_unpaid,
        says="没有未缴款的清册",
        fails="有一份已确认的清册还没有缴款入账",
        basis=basis,
        saw=lambda facts: (
            f"清册 {facts.who.list_unpaid}" if facts.who.list_unpaid else "没有未缴款的清册"
        ),
        source="汇缴清册",
        mended_by="请先缴款入账，或作废那份清册后再办理",
    )


def no_open_adjustment(service: str, *, basis: str) -> Rule[Any]:
    """No base adjustment is being filled in."""
    return Rule(
        code=f"{service}.base_adjustment_open",
        holds=lambda facts, policy, at: not facts.who.adjusting,
        says="没有正在填写的基数调整",
        fails="有一份基数调整正在填写",
        basis=basis,
        saw=lambda facts: facts.who.adjusting or "没有正在填写的基数调整",
        source="基数调整",
        mended_by="请先确认或者放弃那份基数调整",
    )
