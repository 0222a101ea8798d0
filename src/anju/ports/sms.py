"""What we ask of a text-message gateway."""

from typing import Protocol


class SmsUnreachable(Exception):
    """The gateway could not be reached or gave no clear answer: send the same id again later.

    A business step is never held up or undone by this (fault F16).
    """


class SmsRefused(Exception):
    """The gateway will never carry this message (no such number, text not permitted).

    Sending it again is pointless; a person must look.
    """


class SmsGateway(Protocol):
    """Carries short texts to phones.

    Acceptance is not delivery: a gateway may accept a message that never arrives, so whatever a
    person needs must also be found in the hall.
    """

    def send(self, message_id: str, *, phone: str, text: str) -> None:
        """Hand over one message. The same `message_id` twice sends once.

        `message_id` is ours and never changes over retries; `phone` is 11 digits; `text` is the
        whole message with the centre's signature (【…】) in front.

        Raises SmsUnreachable (unknown: repeat with the same id) and SmsRefused (final).
        """
        ...
