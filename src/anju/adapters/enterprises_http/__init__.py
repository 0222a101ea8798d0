"""An enterprise platform spoken to in signed JSON over HTTP (docs/integration/enterprises.md)."""

from collections.abc import Mapping

from anju.adapters import messages
from anju.adapters.signed_http import NoTrustedAnswer, SignedHttp, partner
from anju.ports.enterprises import (
    EnterpriseRefused,
    Enterprises,
    EnterprisesUnreachable,
    NotVouchedFor,
    RegisteredEnterprise,
)

__all__ = ["HttpEnterprises", "build"]


class HttpEnterprises:
    """Implements `ports.enterprises.Enterprises` over one signed HTTP partner."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def look_up(self, uscc: str, *, password: str) -> RegisteredEnterprise:
        """See the port."""
        asked = {"kind": "enterprise_query", "uscc": uscc, "password": password}
        try:
            answer = self._http.ask("/v1/enterprises/query", message=asked)
            if answer.status != 200:
                raise messages.Malformed(f"status {answer.status}")
            if (
                answer.message.get("kind") != "enterprise_reply"
                or messages.text(answer.message, "uscc") != uscc
            ):
                raise messages.Malformed("an answer about another enterprise")
            outcome = messages.text(answer.message, "outcome")
            if outcome == "found":
                return _registered(answer.message)
            why = _refusal(outcome)
        except (NoTrustedAnswer, messages.Malformed) as problem:
            raise EnterprisesUnreachable(str(problem)) from problem
        raise EnterpriseRefused(why)


def _registered(message: Mapping[str, object]) -> RegisteredEnterprise:
    texts = {
        name: messages.text(message, name)
        for name in ("uscc", "name", "address", "legal_representative", "division")
    }
    if not all(text.strip() for text in texts.values()):
        raise messages.Malformed("a registered fact is empty")
    if not (len(texts["division"]) == 6 and texts["division"].isdecimal()):
        raise messages.Malformed("division is not six digits")
    return RegisteredEnterprise(**texts, founded_on=messages.day(message, "founded_on"))


def _refusal(outcome: str) -> NotVouchedFor:
    try:
        return NotVouchedFor(outcome)
    except ValueError:
        raise messages.Malformed(f"the outcome {outcome!r} was not agreed on") from None


def build(settings: Mapping[str, str]) -> Enterprises:
    """The platform of one centre. Settings as in `signed_http.partner`; raises ValueError."""
    return HttpEnterprises(SignedHttp(partner(settings)))
