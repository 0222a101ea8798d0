"""One-time passwords by the clock: which step a code belongs to, and that each opens once."""

from datetime import datetime
from typing import Final

import pyotp
from django.db import transaction
from pyotp.exceptions import OTPVerificationError

from anju.parties.models import User
from anju.store.fields import unseal

_DRIFT: Final = 1
_DECOY: Final = "A" * 32


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step this code belongs to, or None; a code may be one step early or late.

    An empty secret costs the same and fits nothing.
    """
    try:
        step = pyotp.TOTP(secret or _DECOY).verify_and_get_timecode(
            code, for_time=at, valid_window=_DRIFT
        )
    except OTPVerificationError:
        return None
    return step if secret else None


def step_for(user: User | None, code: str, at: datetime) -> int | None:
    """The time step of a code of this user's, or None; nobody's costs the same."""
    return step_of(unseal(user, "totp_secret").expose() if user is not None else "", code, at)


def spent(user: User, step: int) -> bool:
    """Use the code up: only a later step than the last one counts, decided by one statement."""
    with transaction.atomic(durable=True):
        fresh = User.objects.filter(pk=user.pk, totp_step__lt=step).update(totp_step=step)
    return bool(fresh)
