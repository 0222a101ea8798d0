"""An employer opens its account by itself (单位自主开户): at once, without anybody's approval.

At the counter (`counter_opening`) its papers stand for the platform's word.

`vouching` asks the enterprise platform who it is; what that said is given to `open_account`, which
looks at everything again while no other account is being opened.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from anju import ledger, policy
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.opening_rules import AFFILIATIONS, RULES, Opening, OpeningFacts
from anju.domain.contribution import ratio_words
from anju.domain.employer_account import AccountState
from anju.domain.identifiers import normalise_phone
from anju.domain.money import yuan
from anju.domain.rules import Finding, against, all_met, evaluate
from anju.parties import actions as parties
from anju.parties import appointments
from anju.parties import facts as known_parties
from anju.parties.answers import RuleBroken
from anju.ports.enterprises import RegisteredEnterprise
from anju.store import audit, references, turns
from anju.store.audit import Actor
from anju.store.fields import next_pk, seal


@dataclass(frozen=True, slots=True)
class Offer:
    """What an employer may choose from, and between what its numbers lie (Chinese)."""

    banks: tuple[tuple[str, str], ...]
    affiliations: tuple[tuple[str, str], ...]
    member_ratios: str
    employer_ratios: str
    wages: str


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


def offer(*, on: date) -> Offer:
    """What is offered on a day. A bank is chosen as `bank/branch`, by their codes."""
    city = policy.current()
    terms, month = policy.contribution_terms(city), on.replace(day=1)
    limits = terms.limits(month)
    member, employer = terms.member_ratios(month), terms.employer_ratios(month)
    return Offer(
        banks=banks(),
        affiliations=tuple(AFFILIATIONS.items()),
        member_ratios=f"{ratio_words(member.least)} 至 {ratio_words(member.most)}",
        employer_ratios=f"{ratio_words(employer.least)} 至 {ratio_words(employer.most)}",
        wages=f"{yuan(limits.floor_fen)} 元至 {yuan(limits.cap_fen)} 元",
    )


def banks() -> tuple[tuple[str, str], ...]:
    """The collecting banks, as `bank/branch` by their codes, with their names."""
    return tuple(
        (f"{bank.code}/{branch.code}", branch.name)
        for bank in policy.current().banks.values()
        for branch in bank.branches
    )


def findings(
    enterprise: RegisteredEnterprise, opening: Opening, *, at: datetime
) -> tuple[Finding, ...]:
    """What every rule finds, all of them at once; nothing is written."""
    return evaluate(RULES, facts(enterprise, opening), policy.current(), at)


def live_account(uscc: str) -> str:
    """The number of the account of a code that is not closed, or ""."""
    live = EmployerAccount.objects.live().filter(employer__uscc=uscc)
    return live.values_list("number", flat=True).first() or ""


def facts(enterprise: RegisteredEnterprise, opening: Opening) -> OpeningFacts:
    """What the rules look at."""
    others = EmployerAccount.objects.exclude(employer__uscc=enterprise.uscc)
    live = others.live()
    return OpeningFacts(
        uscc=enterprise.uscc,
        founded_on=enterprise.founded_on,
        live_account=live_account(enterprise.uscc),
        name_taken=is_name_taken(enterprise.name, uscc=enterprise.uscc),
        address_taken=live.filter(address=enterprise.address.strip()).exists(),
        typed=opening,
    )


def is_name_taken(name: str, *, uscc: str) -> bool:
    """Whether another employer than the one with this code is at work under a name.

    Who has no account yet is at work here all the same; who has none but closed ones is gone.
    """
    others = EmployerAccount.objects.exclude(employer__uscc=uscc)
    live = others.live()
    named = [
        each.employer_id for each in known_parties.employers_by_name(name) if each.uscc != uscc
    ]
    gone = others.filter(employer__in=named).exclude(employer__in=live.values("employer"))
    return bool(set(named) - set(gone.values_list("employer", flat=True)))


def open_account(
    enterprise: RegisteredEnterprise,
    opening: Opening,
    *,
    key: str,
    at: datetime,
    by: Actor | None = None,
    waived: Collection[str] = (),
) -> Opened | NotOpened:
    """Open the account of an enterprise, in one transaction.

    The platform has vouched for it; or `by`, a member of staff, has approved its papers, and the
    rules whose codes are `waived` with them. `key` names this one opening (at most 32 characters):
    the same key again answers with the account that it opened.
    """
    with transaction.atomic():
        # Names and addresses are compared across all accounts, of which some are not there yet.
        turns.take_turn("contributions.opening")
        again = EmployerAccount.objects.filter(
            opening_key=key, employer__uscc=enterprise.uscc
        ).first()
        if again is not None:
            return _opened(again, with_hall=opening.with_hall)
        every = findings(enterprise, opening, at=at)
        found = tuple(each for each in every if each.code not in waived)
        if not all_met(found):
            return NotOpened(against(found))
        account = _written(enterprise, opening, key=key, by=by or Actor.system(), at=at)
        return _opened(account, with_hall=opening.with_hall)


def _written(
    enterprise: RegisteredEnterprise, opening: Opening, *, key: str, by: Actor, at: datetime
) -> EmployerAccount:
    """The new row with its audit row; the employer's too where the centre does not know it yet."""
    on = ledger.enter_day()
    known = known_parties.employer_by_uscc(enterprise.uscc)
    if known is None:
        branch = branch_of(enterprise.division)
        employer_id = parties.register_employer(
            name=enterprise.name, uscc=enterprise.uscc, branch_code=branch, actor=by, at=at
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
    if opening.with_hall:
        _invite(employer_id, opening, by=by, at=at)
    seal(account, "legal_representative", enterprise.legal_representative)
    seal(account, "contact_name", opening.agent_name)
    seal(account, "contact_phone", normalise_phone(opening.agent_phone))
    account.save(force_insert=True)
    audit.write(
        "contributions.employer_account_opened",
        at=at,
        actor=by,
        subject=audit.Subject("employer_account", account.number),
        details={
            "employer": employer_id,
            "with_hall": opening.with_hall,
            "policy": policy.current().version,
        },
    )
    return account


def _invite(employer_id: int, opening: Opening, *, by: Actor, at: datetime) -> None:
    """Invite whom the employer named; one that has an administrator already needs no invitation."""
    with suppress(RuleBroken):
        appointments.invite_first(
            employer_id,
            name=opening.agent_name,
            phone=opening.agent_phone,
            by=by,
            at=at,
        )


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
