"""Guessing gains nothing beyond five tries, and nobody learns who is known here.

Ten thousand takes of one limit are counted in anju.store's tests, and each way of proving oneself
by its function in anju.parties'. Here the same is asked at the doors, as a script would.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anju.channels.citizen.tests import cast as citizen
from anju.channels.counter.tests import cast as counter
from anju.parties import captcha, codes, credentials, sign_in
from anju.parties.models import SmsMessage

from . import world as office
from .test_matrix import said
from .world import AT

GUESSES = 40
CODES_A_DAY = 10
TRIES = 5
UNKNOWN = citizen.id_number(799)


@pytest.fixture
def no_captcha(monkeypatch):
    """Every answer to a challenge counts as right, so that only the limits stand."""
    monkeypatch.setattr(captcha, "verify", lambda payload, at: True)


@pytest.fixture
def looked_at(monkeypatch):
    """Every guess whose secret was compared with anything, by kind."""
    seen = {"password": 0, "code": 0, "business": 0}

    def counted(room, name, kind):
        real = getattr(room, name)

        def count(*given, **named):
            seen[kind] += 1
            return real(*given, **named)

        monkeypatch.setattr(room, name, count)

    counted(sign_in, "login_password_is", "password")
    counted(codes.keyring, "mac_ok", "code")
    counted(credentials, "check_password", "business")
    return seen


def browser(number=0):
    """A browser that comes from an address of its own."""
    client = office.World(None).browser("anonymous")
    client.defaults["REMOTE_ADDR"] = f"10.9.{number // 250}.{number % 250 + 1}"
    return client


def member(client, *, id_number=office.OWNER.id_number, password="Wrong-2026", proof="x"):
    sent = {"id_number": id_number, "password": password, "captcha": proof}
    return client.post("/sign-in/", sent)


def staff(client, *, username="reviewer.one", password=counter.PASSWORD, totp="000000"):
    sent = {"username": username, "password": password, "totp": totp}
    return client.post("/counter/sign-in/", sent)


def test_a_members_password_cannot_be_guessed_from_anywhere(world, no_captcha, looked_at):
    for guess in range(GUESSES):
        assert member(browser(guess), password=f"Guess-{guess:05d}").status_code == 422
    assert looked_at["password"] == TRIES
    answer = member(browser(GUESSES), password=citizen.PASSWORD)
    assert answer.status_code == 422
    assert "登录尝试次数过多" in answer.content.decode()


def test_the_right_password_after_the_lock(world, no_captcha, clock):
    for guess in range(TRIES):
        member(browser(guess))
    assert said(member(browser(9), password=citizen.PASSWORD)) == "422"
    clock.set(AT + timedelta(minutes=15))
    assert said(member(browser(9), password=citizen.PASSWORD)) == "on"


def test_one_address_cannot_try_everybody(world, no_captcha, looked_at):
    for guess in range(70):
        member(browser(), id_number=citizen.id_number(100 + guess))
    assert looked_at["password"] == 60


def test_a_forged_address_is_the_same_address(world, no_captcha, looked_at):
    for guess in range(70):
        client = browser()
        client.defaults["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{guess}"
        member(client, id_number=citizen.id_number(100 + guess))
    assert looked_at["password"] == 60


def test_staff_cannot_be_guessed_by_their_second_factor(world, looked_at):
    """With the right password in hand, five codes; then the right one is refused as well."""
    for guess in range(GUESSES):
        assert staff(browser(guess), totp=f"{guess:06d}").status_code == 422
    assert looked_at["password"] == TRIES
    right = pyotp.TOTP(counter.TOTP_SECRET).at(AT + timedelta(minutes=1))
    assert staff(browser(99), totp=right).status_code == 422


def test_no_password_is_looked_at_for_a_forged_challenge(world, looked_at, clock):
    given = browser().get("/sign-in/challenge/").json()
    solved = captcha.solve(given)
    forged = [solved[::-1], solved[:-8], "e30=", "bnVsbA==", "[]", "x" * 5000]
    for guess in range(GUESSES):
        answer = member(browser(guess), proof=forged[guess % len(forged)])
        assert "人机验证未完成" in answer.content.decode()
    assert looked_at["password"] == 0
    # One answer opens once, and not after its time.
    assert "还可再试" in member(browser(1), proof=solved).content.decode()
    assert "人机验证未完成" in member(browser(1), proof=solved).content.decode()
    late = captcha.solve(browser().get("/sign-in/challenge/").json())
    clock.set(AT + timedelta(minutes=11))
    assert "人机验证未完成" in member(browser(1), proof=late).content.decode()
    assert looked_at["password"] == 1


def test_the_code_in_place_of_a_challenge_cannot_be_guessed(world, looked_at):
    client = browser()
    answer = member(client, password=citizen.PASSWORD, proof="")
    assert answer["Location"] == "/sign-in/code/"
    right = citizen.latest_code()
    for guess in range(GUESSES):
        wrong = f"{(int(right) + 1 + guess) % 10**6:06d}"
        assert client.post("/sign-in/code/", {"code": wrong}).status_code == 422
    assert looked_at["code"] == TRIES
    assert client.post("/sign-in/code/", {"code": right}).status_code == 422


def sent_messages():
    """Messages to somebody; those to nobody only cost the same."""
    return SmsMessage.objects.exclude(state="void").count()


def test_the_door_sends_nobody_anything_without_the_password(world):
    before = sent_messages()
    for guess in range(TRIES):
        member(browser(guess), proof="")
    assert sent_messages() == before


def test_nobodys_phone_is_flooded_from_inside(world, clock):
    """One code a minute, ten a day; the draft was begun with the first of them."""
    before = sent_messages()
    step = f"/cases/{world.references['owner']}/step/2/"

    client = world.browser("owner")

    def ask(number):
        return client.post(step, {"send_code": "1"}, REMOTE_ADDR=f"10.8.0.{number + 1}")

    assert {ask(number).status_code for number in range(TRIES)} == {422}
    assert sent_messages() == before
    for number in range(2 * CODES_A_DAY):
        clock.set(clock.now() + timedelta(seconds=61))
        ask(number)
    assert sent_messages() == before + CODES_A_DAY - 1


def test_one_address_cannot_send_codes_to_everybody(world):
    sent = [
        member(browser(), id_number=citizen.id_number(100 + n), proof="").status_code
        for n in range(GUESSES)
    ]
    assert sent.count(302) == 30


def test_a_code_for_money_cannot_be_guessed(world, looked_at, monkeypatch):
    from anju.cases.models import CaseProof

    monkeypatch.setattr(captcha, "randbelow", lambda _: 98)
    citizen.retired(705)
    client = citizen.signed_in(705)
    client.raise_request_exception = False
    step = client.post(f"/services/{office.SERVICE}/")["Location"]
    step = client.post(step)["Location"]
    assert client.post(step, {"send_code": "1"}).status_code == 302
    right, before = citizen.latest_code(), CaseProof.objects.count()
    for guess in range(GUESSES):
        wrong = f"{(int(right) + 1 + guess) % 10**6:06d}"
        assert client.post(step, {"code": wrong}).status_code == 422
    assert looked_at["code"] == TRIES
    assert client.post(step, {"code": right}).status_code == 422
    assert CaseProof.objects.count() == before


def test_the_business_password_cannot_be_guessed(world, looked_at):
    reference = world.references["owner"]
    client = world.browser("owner")
    for slot in ("live_photo", "id_front", "id_back"):
        sent = {"slot": slot, "file": citizen.picture()}
        assert client.post(f"/cases/{reference}/step/3/photo/", sent).status_code == 302
    assert client.post(f"/cases/{reference}/step/3/").status_code == 302
    step = f"/cases/{reference}/step/4/"
    for guess in range(GUESSES):
        sent = {"business_password": f"{guess:06d}"}
        assert client.post(step, sent).status_code == 422
    assert looked_at["business"] == TRIES
    right = {"business_password": citizen.BUSINESS_PASSWORD}
    answer = client.post(step, right)
    assert answer.status_code == 422
    assert "请明天再试" in answer.content.decode()


# -- who is known -----------------------------------------------------------------------------


VARIES = {"X-Request-ID", "Content-Length", "Expires"}


def shown(act, *typed):
    """All that a stranger sees of an answer, and the statements it cost."""
    with CaptureQueriesContext(connection) as captured:
        answer = act()
    body = answer.content.decode()
    for text in typed:
        body = body.replace(text, "TYPED")
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|编号 [0-9a-f]{16}', "", body)
    # These bear the second in which the answer was made, whoever asked.
    headers = {k: v for k, v in answer.items() if k not in VARIES}
    cookies = {name: {**morsel, "expires": ""} for name, morsel in answer.cookies.items()}
    table = re.compile(r"(?:store|parties|procrastinate|django_session)\w*")
    cost = [(q["sql"].split(" ")[0], table.findall(q["sql"])[:1]) for q in captured]
    return answer.status_code, headers, cookies, body, cost


def test_known_and_unknown_members_are_answered_alike(world, no_captcha):
    credentials._decoy()
    known = shown(lambda: member(browser(1)), office.OWNER.id_number)
    unknown = shown(lambda: member(browser(2), id_number=UNKNOWN), UNKNOWN)
    assert known == unknown
    assert len(known[-1]) > 5


def test_without_script_the_right_and_the_wrong_are_answered_alike(world):
    clients = [browser(number) for number in range(3)]
    right = citizen.PASSWORD
    asked = (
        lambda: member(clients[0], password=right, proof=""),
        lambda: member(clients[1], id_number=office.STRANGER.id_number, proof=""),
        lambda: member(clients[2], id_number=UNKNOWN, password=right, proof=""),
    )
    assert len({repr(shown(act)) for act in asked}) == 1
    pages = {repr(shown(lambda c=c: c.get("/sign-in/code/"))) for c in clients}
    assert len(pages) == 1
    wrong = {"code": "12345x"}
    codes_ = {repr(shown(lambda c=c: c.post("/sign-in/code/", wrong))) for c in clients}
    assert len(codes_) == 1


def test_known_and_unknown_staff_are_answered_alike(world):
    right = pyotp.TOTP(counter.TOTP_SECRET).at(AT + timedelta(minutes=1))
    asked = (
        (lambda: staff(browser(1)), "reviewer.one"),
        (lambda: staff(browser(2), username="teller.one", password="Wrong-2026"), "teller.one"),
        (lambda: staff(browser(3), username="nobody.here", totp=right), "nobody.here"),
    )
    assert len({repr(shown(act, name)) for act, name in asked}) == 1


def test_a_closed_login_is_answered_as_nobodys(world, no_captcha):
    from anju.parties.models import User

    User.objects.filter(person_id=world.people["owner"]).update(is_active=False)
    closed = shown(lambda: member(browser(1), password=citizen.PASSWORD), office.OWNER.id_number)
    nobody = shown(
        lambda: member(browser(2), id_number=UNKNOWN, password=citizen.PASSWORD), UNKNOWN
    )
    assert closed == nobody


def test_searching_is_not_open_to_visitors(world):
    assert said(Client().post("/counter/search/", {"text": office.OWNER.id_number})) == "door"
