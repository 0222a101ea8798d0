"""Proof of work in place of a picture to read: nothing for the person to do, no third party.

The challenge is signed, expires by our clock, and opens one door once. The work is bounded: the
number to find lies between half of `captcha_steps_max` and all of it, so a slow phone never waits
for bad luck. It slows scripts down; what stops them are the limits of `sign_in`.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from typing import Any, Final

import altcha
from django.db import connection
from django.utils.timezone import localdate

from anju import policy
from anju.parties.models import SpentChallenge
from anju.store import keyring

_ALGORITHM: Final = "PBKDF2/SHA-256"
_PAYLOAD_MAX: Final = 4096


@dataclass(frozen=True)
class _Signed:
    """A challenge that we signed, and the moment from which it is worth nothing."""

    signature: str
    expires_at: datetime


def challenge(at: datetime) -> dict[str, Any]:
    """A fresh challenge as the solver's JSON (altcha v2). Costs us one key derivation."""
    params, day = policy.current().params, localdate(at)
    steps = params.captcha_steps_max.on(day).value
    expires_at = at + timedelta(seconds=params.captcha_ttl_seconds.on(day).value)
    key = keyring.current().at_work("captcha")
    made = altcha.create_challenge(
        _ALGORITHM,
        params.captcha_iterations.on(day).value,
        counter=steps - randbelow(max(1, steps // 2)),
        # altcha would compare its own `expires_at` with the machine's clock.
        data={"kid": key.kid, "until": int(expires_at.timestamp())},
        hmac_secret=key.secret,
        hmac_key_secret=_solution_key(key),
    )
    return made.to_dict()


def verify(payload: str, at: datetime) -> bool:
    """Whether `payload` solves a challenge of ours that is neither old nor used.

    Uses it up, whatever the caller then decides.
    """
    signed = _checked(payload)
    if signed is None or signed.expires_at <= at:
        return False
    digest = hashlib.sha256(signed.signature.encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO parties_spentchallenge (digest, expires_at) VALUES (%s, %s)"
            " ON CONFLICT (digest) DO NOTHING",
            [digest, signed.expires_at],
        )
        return bool(cursor.rowcount)


def solve(given: dict[str, Any]) -> str:
    """Do the work of a browser; for the smoke walk, tests and simulations."""
    made = altcha.Challenge.from_dict(given)
    solution = altcha.solve_challenge(made)
    if solution is None:
        raise TimeoutError("the challenge was not solved in time")
    return altcha.Payload(made, solution).to_base64()


def sweep(at: datetime) -> int:
    """Forget used challenges that have expired by now; gives how many."""
    return int(SpentChallenge.objects.filter(expires_at__lte=at).delete()[0])


def _checked(payload: str) -> _Signed | None:
    """The challenge of a payload whose signature and solution are right."""
    if len(payload) > _PAYLOAD_MAX:
        return None
    try:
        parsed = altcha.Payload.from_base64(payload)
        data = parsed.challenge.parameters.data or {}
        key = keyring.current().named(str(data["kid"]), purpose="captcha")
        result = altcha.verify_solution(parsed, key.secret, hmac_key_secret=_solution_key(key))
        if not result.verified:
            return None
        # Only now is the content ours; before, it was whatever somebody sent.
        expires_at = datetime.fromtimestamp(data["until"], UTC)
        return _Signed(str(parsed.challenge.signature), expires_at)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None
    except keyring.KeyringError:
        return None


def _solution_key(key: keyring.Key) -> bytes:
    return key.mac(b"captcha solution")
