from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import altcha
import pytest
from django.db import connection

from anju import policy
from anju.parties import captcha
from anju.parties.models import SpentChallenge
from anju.parties.tests import cast
from anju.store import keyring
from anju.store.keyring import Keyring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_work(monkeypatch):
    monkeypatch.setattr(captcha, "randbelow", lambda below: below - 1)


def solved(at=cast.AT):
    return captcha.solve(captcha.challenge(at))


def reworked(payload, change):
    content = json.loads(base64.b64decode(payload))
    change(content)
    return base64.b64encode(json.dumps(content).encode()).decode()


def test_a_solved_challenge_opens_once():
    payload = solved()
    assert captcha.verify(payload, cast.AT)
    assert not captcha.verify(payload, cast.AT)


def test_the_same_solution_dressed_otherwise_does_not_open_again():
    payload = solved()
    assert captcha.verify(payload, cast.AT)
    for change in (
        lambda c: c["solution"].update(time=5),
        lambda c: c["solution"].update(counter=1),
        lambda c: c.update(more=1),
        lambda c: c["challenge"].update(signature=c["challenge"]["signature"].upper()),
    ):
        assert not captcha.verify(reworked(payload, change), cast.AT)


def test_a_challenge_ages_by_our_clock():
    payload = solved()
    ttl = policy.current().params.captcha_ttl_seconds.on(cast.AT.date()).value
    ends = cast.AT + timedelta(seconds=ttl)
    assert not captcha.verify(payload, ends)
    assert captcha.verify(payload, ends - timedelta(seconds=1))


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["solution"].update(derivedKey="00" * 32),
        lambda c: c["challenge"]["parameters"].update(cost=1),
        lambda c: c["challenge"]["parameters"].update(keyPrefix="00"),
        lambda c: c["challenge"]["parameters"]["data"].update(until=99999999999),
        lambda c: c["challenge"]["parameters"]["data"].update(kid="field-1"),
        lambda c: c["challenge"]["parameters"].update(data=[]),
        lambda c: c["challenge"]["parameters"].update(data={}),
        lambda c: c["challenge"]["parameters"].update(nonce=7),
        lambda c: c["challenge"].update(signature="x"),
        lambda c: c["challenge"].update(signature=None),
        lambda c: c.pop("solution"),
    ],
)
def test_a_changed_payload_does_not_open(change):
    assert not captcha.verify(reworked(solved(), change), cast.AT)
    assert not SpentChallenge.objects.exists()


@pytest.mark.parametrize(
    "payload",
    ["", "x", "AAAA", "e30=", "W10=", base64.b64encode(b"[" * 2000).decode(), "A" * 5000, "中文"],
)
def test_noise_does_not_open(payload):
    assert not captcha.verify(payload, cast.AT)


def test_a_challenge_that_somebody_else_signed_does_not_open():
    with keyring.using(Keyring.fresh()):
        foreign = solved()
    assert not captcha.verify(foreign, cast.AT)


def test_the_work_has_a_lower_and_an_upper_bound(monkeypatch):
    steps = policy.current().params.captcha_steps_max.on(cast.AT.date()).value
    found = []
    for luck in (lambda below: 0, lambda below: below - 1):
        monkeypatch.setattr(captcha, "randbelow", luck)
        payload = json.loads(base64.b64decode(solved()))
        found.append(payload["solution"]["counter"])
    assert found == [steps, steps // 2 + 1]


def test_guessing_the_counter_is_no_short_cut():
    given = captcha.challenge(cast.AT)
    made = altcha.Challenge.from_dict(given)
    lazy = altcha.Solution(counter=3, derived_key="ab" * 32)
    assert not captcha.verify(altcha.Payload(made, lazy).to_base64(), cast.AT)


def test_the_challenge_tells_the_solver_what_it_needs_and_no_more():
    given = captcha.challenge(cast.AT)
    assert set(given) == {"parameters", "signature"}
    assert set(given["parameters"]) == {
        *("algorithm", "cost", "keyLength", "keyPrefix", "nonce", "salt", "keySignature", "data")
    }
    assert "expiresAt" not in given["parameters"]


def test_used_challenges_are_swept_when_they_would_be_old_anyway():
    captcha.verify(solved(), cast.AT)
    ends = SpentChallenge.objects.get().expires_at
    assert captcha.sweep(ends - timedelta(seconds=1)) == 0
    assert captcha.sweep(ends) == 1


def test_many_at_once_open_once(committing_db):
    payload = solved()

    def tab(_):
        try:
            return captcha.verify(payload, cast.AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tab, range(16))) == 1
