"""单位信息变更: what an employer may change of its account at once, each change written down.

Name, code and legal representative are the register's: they are changed by papers
(`employer_renaming`).
"""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction

from anju import ledger, policy
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.opening_rules import AFFILIATIONS
from anju.store import audit, turns
from anju.store.audit import Actor


@dataclass(frozen=True, slots=True)
class Details:
    """What may be changed; `bank` as `bank/branch`, by their codes."""

    address: str
    payday: int
    bank: str
    affiliation: str


class NotChanged(ValueError):
    """A detail cannot be so; `about` names it, the text is for the person."""

    def __init__(self, about: str, text: str) -> None:
        super().__init__(text)
        self.about = about


def details(employer_id: int) -> Details | None:
    """The account's details as they are; None without one that is not closed."""
    found = EmployerAccount.objects.live_of(employer_id).first()
    return None if found is None else _details(found)


def change(employer_id: int, wanted: Details, *, actor: Actor, at: datetime) -> tuple[str, ...]:
    """Put other details into the employer's account; the names of those that changed.

    Raises LookupError without an account, NotChanged.
    """
    with transaction.atomic():
        ledger.enter_day()
        # Addresses are compared across all accounts, as when one is opened.
        turns.take_turn("contributions.opening")
        account = (
            EmployerAccount.objects.live_of(employer_id).select_for_update(no_key=True).first()
        )
        if account is None:
            raise LookupError(employer_id)
        was = _details(account)
        changed = tuple(
            each.name
            for each in fields(Details)
            if getattr(was, each.name) != getattr(wanted, each.name)
        )
        if not changed:
            return ()
        _check(wanted, changed, account)
        account.address, account.payday = wanted.address, wanted.payday
        account.affiliation = wanted.affiliation
        account.bank_code, _, account.bank_branch_code = wanted.bank.partition("/")
        account.save(
            update_fields=["address", "payday", "affiliation", "bank_code", "bank_branch_code"]
        )
        audit.write(
            "contributions.employer_account_changed",
            at=at,
            actor=actor,
            subject=audit.Subject("employer_account", account.number),
            details={
                name: [str(getattr(was, name)), str(getattr(wanted, name))] for name in changed
            },
        )
    return changed


def _details(row: EmployerAccount) -> Details:
    bank = f"{row.bank_code}/{row.bank_branch_code}"
    return Details(row.address, row.payday, bank, row.affiliation)


def _check(wanted: Details, changed: tuple[str, ...], account: EmployerAccount) -> None:
    if not wanted.address:
        raise NotChanged("address", "请填写单位地址")
    if not 1 <= wanted.payday <= 31:
        raise NotChanged("payday", "请填写 1 至 31 的日子，如 10")
    if wanted.affiliation not in AFFILIATIONS:
        raise NotChanged("affiliation", "请选择单位隶属关系")
    code, _, branch = wanted.bank.partition("/")
    bank = policy.current().banks.get(code)
    if bank is None or branch not in {each.code for each in bank.branches}:
        raise NotChanged("bank", "请选择委托归集银行")
    others = EmployerAccount.objects.live().exclude(pk=account.pk)
    if "address" in changed and others.filter(address=wanted.address).exists():
        raise NotChanged("address", "已有单位正在使用相同的地址，请写到门牌和房号")
