"""Who an enterprise is, in the enterprise platform's word, and how long that word is believed.

The platform is asked outside any transaction. Its word is kept in the visitor's session, sealed,
under a key that names this one opening.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from anju import policy, ports
from anju.business.contributions import opening
from anju.domain.calendar import SHANGHAI
from anju.domain.identifiers import normalise_uscc, uscc_problem
from anju.ports.enterprises import (
    EnterpriseRefused,
    EnterprisesUnreachable,
    NotVouchedFor,
    RegisteredEnterprise,
)
from anju.store import limits, sealing

BELIEVED_SECONDS: Final = 1800
"""How long the platform's word stands: time to fill in a page, not to come back tomorrow."""
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
class Vouched:
    """The platform's word: who it is, until when it is believed, and the key of this opening."""

    key: str
    enterprise: RegisteredEnterprise
    until: datetime

    def sealed(self) -> dict[str, str]:
        """As a session keeps it: nothing personal can be read there."""
        facts = json.dumps(asdict(self.enterprise), default=str)
        token = sealing.seal_text(facts, place=_place(self.key))
        return {"key": self.key, "facts": token, "until": self.until.isoformat()}


def kept(session: Mapping[str, Any] | None, *, at: datetime) -> Vouched | None:
    """What a session keeps of a word that is still believed, else None."""
    if not session or datetime.fromisoformat(session["until"]) <= at:
        return None
    try:
        facts = json.loads(sealing.open_text(session["facts"], place=_place(session["key"])))
    except sealing.SealBroken:
        return None
    facts["founded_on"] = date.fromisoformat(facts["founded_on"])
    until = datetime.fromisoformat(session["until"])
    return Vouched(session["key"], RegisteredEnterprise(**facts), until)


def _place(key: str) -> str:
    return f"session.opening.{key}"


def look_up(uscc: str, *, password: str, ip: str, at: datetime) -> Vouched | NotVouched:
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
        # Nobody learnt anything from it, and a platform that is down must lock nobody out.
        _forget(subject)
        return NotVouched("unreachable", "企业开办平台暂时没有应答，请稍后再试")
    except ports.NotOffered:
        return NotVouched("not_offered", "本中心尚未接通企业开办平台，请到管理部柜台办理开户")
    _forget(subject)
    number = opening.live_account(code)
    if number:
        return NotVouched(
            "account_exists", f"该单位已经开户，单位账号 {number}，请由经办人登录单位网厅"
        )
    return Vouched(secrets.token_hex(16), found, at + timedelta(seconds=BELIEVED_SECONDS))


def _forget(subject: bytes) -> None:
    with transaction.atomic(durable=True):
        limits.clear("opening.look_up", subject=subject)


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
