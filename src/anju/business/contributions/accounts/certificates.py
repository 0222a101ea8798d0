"""单位缴存证明: what the centre certifies of an employer that owes nothing, and receipts.

Whoever holds a certificate looks it up (证明查验) by its number and the code that is printed on it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from typing import Any, Final

from django.db import transaction

from anju import ledger, policy
from anju.business.contributions.accounts import facts
from anju.business.contributions.accounts.facts import AccountFacts
from anju.business.contributions.models import Certificate as Row
from anju.domain.contribution import month_words
from anju.domain.employer_account import AccountState
from anju.domain.half_width import half_width
from anju.domain.masks import mask_organisation, mask_uscc
from anju.store import audit, limits, references
from anju.store.audit import Actor

KIND = "ZM"
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Of codes: no letter that is taken for another or for a digit."""
_LENGTH: Final = 12
_HOUR: Final = 3600


class NotCertified(ValueError):
    """Something stands against a certificate; the text is for the person, no full stop."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it was issued: its number, its code, its day, and what it says.

    The code is told once, on the paper.
    """

    number: str
    code: str
    on: date
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What is told of a certificate to whoever holds it, masked; all of the day it was issued."""

    number: str
    name: str
    uscc: str
    paid_through: date
    people: int
    on: date


class TooOften(Exception):
    """From this address so much was looked up that nothing is for now; `until` is when again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def refusal(account: AccountFacts) -> str:
    """Why no certificate is given, without the full stop; empty when one is."""
    running = next((each for each in account.deferred if not each.is_over), None)
    if account.state == AccountState.DEFERRED and running is not None:
        return f"单位正在缓缴（{running.text}），恢复缴存后可以开具"
    if account.state not in (AccountState.OPENED, AccountState.NORMAL):
        return f"单位账户{account.state_text}，不能开具正常缴存的证明，请到管理部办理"
    if account.paid_through is None:
        return "单位还没有汇缴入账的月份，首次汇缴后可以开具"
    if account.arrears:
        months = "、".join(each.month_text for each in account.arrears[:6])
        more = f"等 {len(account.arrears)} 个月" if len(account.arrears) > 6 else ""
        return f"{months}{more}已过缴存期限还没有缴清，补足后可以开具"
    return ""


def says(account: AccountFacts, on: date) -> tuple[str, ...]:
    """What a certificate of this day says, for an account that nothing stands against."""
    employer, paid = account.employer, account.paid_through
    assert paid is not None, "an account that never paid is not certified"
    return (
        f"{employer.name}（统一社会信用代码 {employer.uscc}）于 {account.opened_on:%Y年%m月%d日}"
        f"在本中心设立住房公积金单位账户，单位账号 {account.number}。",
        f"截至 {on:%Y年%m月%d日}，该单位按月缴存住房公积金至 {month_words(paid)}，"
        f"现缴存职工 {account.contributing} 人，没有超过缴存期限未缴的月份。",
        *_deferred(account, on),
        "特此证明。",
    )


def _deferred(account: AccountFacts, on: date) -> tuple[str, ...]:
    """That months were deferred, where any has come: they are not paid in their turn."""
    come = [each.text for each in account.deferred if each.first <= on]
    if not come:
        return ()
    return (f"其中{'、'.join(come)}经批准缓缴；缓缴月份的缴存情况以补缴入账为准。",)


def issue(employer_id: int, *, actor: Actor, at: datetime) -> Certificate:
    """Certify that the employer has paid, under a number, and write down what was said.

    Raises LookupError without an account, NotCertified.
    """
    with transaction.atomic():
        on = ledger.enter_day()
        account = facts.account(employer_id, at=at)
        if account is None:
            raise LookupError(employer_id)
        wrong = refusal(account)
        if wrong:
            raise NotCertified(wrong)
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        number = references.next(KIND, on=on)
        made = Certificate(number, spaced(code), on, says(account, on))
        Row.objects.create(
            number=number, account_id=account.account_id, code_digest=_digest(number, code),
            name=account.employer.name, uscc=account.employer.uscc,
            paid_through=account.paid_through, people=account.contributing, on=on, at=at,
            issued_by=actor.ref,
        )  # fmt: skip
        audit.write(
            "contributions.certificate_issued",
            at=at,
            actor=actor,
            subject=audit.Subject("certificate", made.number),
            details={
                "account": account.number,
                "paid_through": f"{account.paid_through:%Y-%m}",
                "people": account.contributing,
            },
        )
        return made


def spaced(code: str) -> str:
    """A code as it is printed, in fours: K7Q2-M4XA-19TR."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def looked_up(number: str, code: str, *, address: str, at: datetime) -> Confirmed | None:
    """The certificate with this number and code, None where there is none.

    Every look is counted for the network address from which it comes. Not inside atomic().

    Raises:
        TooOften: from there no more is looked up for now.
    """
    with transaction.atomic(durable=True):
        taken = limits.take(
            "certificate.address",
            subject=limits.subject("certificate", address),
            limit=looks_allowed(at.date()),
            window_seconds=_HOUR,
            at=at,
        )
    if isinstance(taken, limits.Refused):
        raise TooOften(taken.until)
    number, code = _typed(number), _typed(code).replace("-", "")
    found = Row.objects.filter(number=number).first()
    if found is None or not compare_digest(bytes(found.code_digest), _digest(number, code)):
        return None
    with transaction.atomic():
        audit.write(
            "contributions.certificate_looked_up",
            at=at,
            actor=Actor.system(),
            subject=audit.Subject("certificate", number),
        )
    return Confirmed(
        found.number, mask_organisation(found.name), mask_uscc(found.uscc), found.paid_through,
        found.people, found.on,
    )  # fmt: skip


def looks_allowed(on: date) -> int:
    """How many certificates may be looked up from one network address within an hour."""
    most: Any = policy.current().params.certificate_looks_per_ip_hour.on(on).value
    return int(most)


def _typed(text: str) -> str:
    return half_width(text).upper()


def _digest(number: str, code: str) -> bytes:
    return hashlib.sha256(f"{number}:{code}".encode()).digest()


def printed(employer_id: int, number: str, *, actor: Actor, at: datetime) -> None:
    """Write down that somebody took the receipt of a list."""
    audit.write(
        "contributions.receipt_printed",
        at=at,
        actor=actor,
        subject=audit.Subject("remittance", number),
        details={"employer": employer_id},
    )
