"""A text-message gateway spoken to in signed JSON over HTTP (docs/integration/sms.md)."""

from collections.abc import Mapping

from anju.adapters import messages
from anju.adapters.signed_http import NoTrustedAnswer, SignedHttp, partner
from anju.ports.sms import SmsGateway, SmsRefused, SmsUnreachable

__all__ = ["HttpSms", "build"]


class HttpSms:
    """Implements `ports.sms.SmsGateway` over one signed HTTP partner."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def send(self, message_id: str, *, phone: str, text: str) -> None:
        """See the port."""
        message = {"kind": "message", "message_id": message_id, "phone": phone, "text": text}
        try:
            answer = self._http.ask("/v1/messages", message=message)
            outcome = messages.text(answer.message, "outcome")
            if (
                answer.message.get("kind") != "message_reply"
                or messages.text(answer.message, "message_id") != message_id
            ):
                raise messages.Malformed("an answer about another message")
            reason = messages.text(answer.message, "reason")
        except (NoTrustedAnswer, messages.Malformed) as problem:
            raise SmsUnreachable(str(problem)) from problem
        if outcome == "refused":
            raise SmsRefused(reason)
        if answer.status != 200 or outcome != "accepted":
            raise SmsUnreachable(f"status {answer.status}, outcome not agreed on")


def build(settings: Mapping[str, str]) -> SmsGateway:
    """The gateway of one centre. Settings as in `signed_http.partner`; raises ValueError."""
    return HttpSms(SignedHttp(partner(settings)))
