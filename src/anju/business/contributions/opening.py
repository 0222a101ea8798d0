"""An employer opens its account by itself (单位自主开户), vouched for by the enterprise platform.

The platform is asked outside any transaction; what it said is given to `open_account`, which looks
at everything again under one lock and opens at once, without anybody's approval.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from anju import ledger, policy, ports
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.opening_rules import RULES, Opening, OpeningFacts
from anju.domain.calendar import SHANGHAI
from anju.domain.employer_account import AccountState
from anju.domain.identifiers import normalise_phone, normalise_uscc, uscc_problem
from anju.domain.rules import Finding, all_met, evaluate
from anju.parties import actions as parties
from anju.parties import facts as known_parties
from anju.ports.enterprises import (
    EnterpriseRefused,
    EnterprisesUnreachable,
    NotVouchedFor,
    RegisteredEnterprise,
)
from anju.store import audit, limits, references, turns
from anju.store.audit import Actor
from anju.store.fields import next_pk, seal

_REFUSED: Final[Mapping[NotVouchedFor, str]] = {
    NotVouchedFor.UNKNOWN: "市场监督管理部门没有登记这个统一社会信用代码，请先办理企业开办登记",
    NotVouchedFor.WRONG_PASSWORD: "登录密码不正确，请核对企业开办登记时取得的密码",
    NotVouchedFor.REVOKED: "该企业已被吊销或注销，不能开户",
}


@dataclass(frozen=True, slots=True)
class NotVouched:
    """The platform does not vouch, or cannot be asked now; `text` tells the person."""

    code: str
    text: str
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The account is there: its number, whose it is, and until when the first month is due."""

    number: str
    employer_id: int
    first_due_on: date
    with_hall: bool


@dataclass(frozen=True, slots=True)
class NotOpened:
    """Nothing was opened; every finding of a rule that does not hold, in the rules' order."""

    findings: tuple[Finding, ...]


def look_up(
    uscc: str, *, password: str, ip: str, at: datetime
) -> RegisteredEnterprise | NotVouched:
    """Who the enterprise is, as the platform tells whoever knows its password.

    Tries are counted per code and per address, as at sign-in; a right password clears the code's.
    """
    code = normalise_uscc(uscc)
    problem = uscc_problem(code)
    if problem is not None:
        return NotVouched("bad_uscc", problem)
    if not password:
        return NotVouched("no_password", "请填写登录密码")
    subject = limits.subject("opening", code)
    refused = _counted(subject, ip, at)
    if refused is not None:
        return refused
    try:
        found = ports.enterprises().look_up(code, password=password)
    except EnterpriseRefused as no:
        return NotVouched(no.why.value, _REFUSED[no.why])
    except EnterprisesUnreachable:
        return NotVouched(
            "unreachable", "企业开办平台暂时没有应答，请稍后再试；您填写的内容没有提交"
        )
    with transaction.atomic(durable=True):
        limits.clear("opening.look_up", subject=subject)
    return found


def _counted(subject: bytes, ip: str, at: datetime) -> NotVouched | None:
    """Count one try, committed whatever comes of it."""
    params, on = policy.current().params, at.astimezone(SHANGHAI).date()
    with transaction.atomic(durable=True):
        taken = [
            limits.take(
                "opening.address",
                subject=limits.subject("opening.address", ip),
                limit=params.sign_in_tries_per_ip.on(on).value,
                window_seconds=params.sign_in_ip_window_seconds.on(on).value,
                at=at,
            ),
            limits.take(
                "opening.look_up",
                subject=subject,
                limit=params.sign_in_tries.on(on).value,
                window_seconds=params.sign_in_lock_seconds.on(on).value,
                at=at,
            ),
        ]
    until = max((one.until for one in taken if isinstance(one, limits.Refused)), default=None)
    if until is None:
        return None
    clock = until.astimezone(SHANGHAI)
    return NotVouched("locked", f"尝试次数过多，请在 {clock:%H:%M} 以后再试", until)


def findings(
    enterprise: RegisteredEnterprise, opening: Opening, *, at: datetime
) -> tuple[Finding, ...]:
    """What every rule finds, all of them at once; nothing is written."""
    return evaluate(RULES, _facts(enterprise, opening), policy.current(), at)


def live_account(uscc: str) -> str:
    """The number of the account of a code that is not closed, or ""."""
    live = EmployerAccount.objects.filter(~Q(state=AccountState.CLOSED), employer__uscc=uscc)
    return live.values_list("number", flat=True).first() or ""


def _facts(enterprise: RegisteredEnterprise, opening: Opening) -> OpeningFacts:
    others = EmployerAccount.objects.exclude(employer__uscc=enterprise.uscc)
    live = others.exclude(state=AccountState.CLOSED)
    named = [
        each.employer_id
        for each in known_parties.employers_by_name(enterprise.name)
        if each.uscc != enterprise.uscc
    ]
    # Who has no account yet is at work here all the same; who has none but closed ones is gone.
    gone = others.filter(employer__in=named).exclude(employer__in=live.values("employer"))
    return OpeningFacts(
        uscc=enterprise.uscc,
        founded_on=enterprise.founded_on,
        live_account=live_account(enterprise.uscc),
        name_taken=bool(set(named) - set(gone.values_list("employer", flat=True))),
        address_taken=live.filter(address=enterprise.address.strip()).exists(),
        typed=opening,
    )


def open_account(
    enterprise: RegisteredEnterprise, opening: Opening, *, key: str, at: datetime
) -> Opened | NotOpened:
    """Open the account of an enterprise that the platform vouched for, in one transaction.

    `key` names this one opening (at most 32 characters): the same key again answers with the
    account that it opened.
    """
    with transaction.atomic():
        # Names and addresses are compared across all accounts, of which some are not there yet.
        turns.take_turn("contributions.opening")
        again = EmployerAccount.objects.filter(
            opening_key=key, employer__uscc=enterprise.uscc
        ).first()
        if again is not None:
            return _opened(again, with_hall=opening.with_hall)
        found = findings(enterprise, opening, at=at)
        if not all_met(found):
            return NotOpened(tuple(each for each in found if not each.met))
        account = _written(enterprise, opening, key=key, at=at)
        return _opened(account, with_hall=opening.with_hall)


def _written(
    enterprise: RegisteredEnterprise, opening: Opening, *, key: str, at: datetime
) -> EmployerAccount:
    """The new row with its audit row; the employer's too where the centre does not know it yet."""
    actor, on = Actor.system(), ledger.enter_day()
    known = known_parties.employer_by_uscc(enterprise.uscc)
    if known is None:
        branch = branch_of(enterprise.division)
        employer_id = parties.register_employer(
            name=enterprise.name, uscc=enterprise.uscc, branch_code=branch, actor=actor, at=at
        ).pk
    else:
        employer_id = known.employer_id
    account = EmployerAccount(
        pk=next_pk(EmployerAccount),
        number=references.next("DW", on=on),
        employer_id=employer_id,
        state=AccountState.OPENED,
        address=enterprise.address.strip(),
        founded_on=enterprise.founded_on,
        division=enterprise.division,
        member_ratio=opening.member_ratio,
        employer_ratio=opening.employer_ratio,
        payday=opening.payday,
        first_month=opening.first_month,
        bank_code=opening.bank_code,
        bank_branch_code=opening.bank_branch_code,
        affiliation=opening.affiliation,
        declared_headcount=opening.headcount,
        declared_wages_fen=opening.wages_fen,
        opened_on=on,
        opened_at=at,
        opening_key=key,
    )
    seal(account, "legal_representative", enterprise.legal_representative)
    seal(account, "contact_name", opening.agent_name)
    seal(account, "contact_phone", normalise_phone(opening.agent_phone))
    account.save(force_insert=True)
    audit.write(
        "contributions.employer_account_opened",
        at=at,
        actor=actor,
        subject=audit.Subject("employer_account", account.number),
        details={
            "employer": employer_id,
            "with_hall": opening.with_hall,
            "policy": policy.current().version,
        },
    )
    return account


def _opened(account: EmployerAccount, *, with_hall: bool) -> Opened:
    terms = policy.contribution_terms(policy.current())
    due = terms.due_on(account.first_month, payday=account.payday)
    return Opened(account.number, account.employer_id, due, with_hall)


def branch_of(division: str) -> str:
    """The code of the branch that looks after a division; of the first branch where none does."""
    branches = policy.current().branches
    for code, branch in branches.items():
        if division in branch.divisions:
            return code
    return next(iter(branches))
