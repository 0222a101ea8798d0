from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anju import policy
from anju.parties import captcha, credentials, sign_in
from anju.parties.answers import CodeSent, Refused, SignedIn
from anju.parties.models import SmsCode, SmsMessage, User
from anju.parties.tests import cast
from anju.store.fields import unseal
from anju.store.models import AuditRow, LimitCounter

pytestmark = pytest.mark.django_db
IP = "198.51.100.7"


@pytest.fixture(autouse=True)
def _light_work(monkeypatch):
    """Tests solve many challenges: let luck be kind each time."""
    monkeypatch.setattr(captcha, "randbelow", lambda _: 198)


def answer(at=cast.AT):
    return captcha.solve(captcha.challenge(at))


def enter(number, password, *, at=cast.AT, ip=IP, proof=None):
    return sign_in.member(
        id_number=number, password=password, captcha=proof or answer(at), ip=ip, at=at
    )


def test_the_right_password_opens():
    user = cast.member()
    assert enter(cast.id_number(), cast.PASSWORD) == SignedIn(user)
    assert AuditRow.objects.filter(action="parties.signed_in", actor_id=user.pk).count() == 1


def test_id_number_may_be_typed_small_and_spaced():
    first = next(n for n in range(1, 400) if cast.id_number(n).endswith("X"))
    user = cast.member(first)
    typed = cast.id_number(first).lower()
    assert enter(f" {typed[:6]} {typed[6:]}", cast.PASSWORD) == SignedIn(user)


def test_every_try_leaves_its_row_and_says_of_nobody_that_we_know_them():
    cast.member()
    for number in (cast.id_number(), cast.id_number(2)):
        enter(number, "Wrong-pass-1")
    known, unknown = AuditRow.objects.filter(action="parties.sign_in_refused").order_by("pk")
    assert known.subject_id != unknown.subject_id
    for row in (known, unknown):
        assert (row.subject_kind, row.actor_kind) == ("sign_in.member", "system")
        assert row.details == {"tries_left": 4}
        assert cast.id_number() not in repr(row.__dict__)


@pytest.mark.parametrize("typed", [f" {cast.PASSWORD}", f"{cast.PASSWORD} ", cast.PASSWORD.lower()])
def test_a_password_is_taken_exactly_as_it_was_typed(typed):
    cast.member()
    assert isinstance(enter(cast.id_number(), typed), Refused)


def test_unknown_and_known_people_get_the_same_words():
    cast.member()
    known = enter(cast.id_number(), "Wrong-pass-1")
    unknown = enter(cast.id_number(2), "Wrong-pass-1")
    assert isinstance(known, Refused)
    assert known == unknown
    assert "还可再试 4 次" in known.text


def test_a_disabled_login_answers_as_an_unknown_one():
    user = cast.member()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert enter(cast.id_number(), cast.PASSWORD) == enter(cast.id_number(2), cast.PASSWORD)


def test_unknown_people_cost_one_hash_as_known_ones_do(monkeypatch):
    cast.member()
    credentials._decoy()
    hashed = []
    real = credentials.check_password

    def counted(password, encoded, **more):
        hashed.append(encoded.split("$")[0])
        return real(password, encoded, **more)

    monkeypatch.setattr(credentials, "check_password", counted)
    enter(cast.id_number(), "Wrong-pass-1")
    enter(cast.id_number(2), "Wrong-pass-1")
    assert len(hashed) == 2
    assert hashed[0] == hashed[1]


def statements(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    table = re.compile(r"(?:store|parties|procrastinate)_\w+")
    return [(q["sql"].split(" ")[0], table.findall(q["sql"])[:1]) for q in captured]


def test_unknown_people_cost_the_same_statements_on_every_way_in():
    cast.member()
    cast.staff()
    ways = (
        lambda number, _: enter(number, "Wrong-pass-1"),
        lambda number, _: ask(number, cast.PASSWORD),
        lambda _, name: enter_staff("000000", username=name),
    )
    for way in ways:
        known = statements(lambda way=way: way(cast.id_number(), "teller.one"))
        unknown = statements(lambda way=way: way(cast.id_number(2), "nobody.here"))
        assert known == unknown
        assert len(known) > 5


def test_guesses_from_everywhere_gain_nothing_beyond_five_tries(monkeypatch):
    """Ten thousand of them are counted in anju.store's tests of the limit itself."""
    cast.member()
    monkeypatch.setattr(captcha, "verify", lambda payload, at: True)
    looked_at = []
    monkeypatch.setattr(
        sign_in, "login_password_is", lambda user, password: looked_at.append(password)
    )
    for guess in range(400):
        address = f"10.0.{guess // 250}.{guess % 250}"
        enter(cast.id_number(), f"Guess-{guess:05d}", ip=address, proof="x")
    assert len(looked_at) == 5


def test_a_lock_holds_against_the_right_password_and_passes():
    user = cast.member()
    for _ in range(5):
        last = enter(cast.id_number(), "Wrong-pass-1")
    assert "15 分钟后" in last.text
    locked = enter(cast.id_number(), cast.PASSWORD)
    assert locked.code == "locked"
    assert "10:15" in locked.text
    assert locked.retry_at == cast.AT + timedelta(minutes=15)
    later = cast.AT + timedelta(minutes=15)
    assert enter(cast.id_number(), cast.PASSWORD, at=later) == SignedIn(user)


def test_the_right_password_forgets_the_wrong_ones():
    user = cast.member()
    for _ in range(3):
        for _ in range(4):
            enter(cast.id_number(), "Wrong-pass-1")
        assert enter(cast.id_number(), cast.PASSWORD) == SignedIn(user)


def test_one_address_cannot_try_everybody(monkeypatch):
    monkeypatch.setattr(captcha, "verify", lambda payload, at: True)
    monkeypatch.setattr(sign_in, "login_password_is", lambda user, password: False)
    answers = [enter(cast.id_number(n), "x", proof="x").code for n in range(1, 80)]
    allowed = policy.current().params.sign_in_tries_per_ip.on(cast.AT.date()).value
    assert answers.count("wrong") == allowed
    assert set(answers[allowed:]) == {"locked"}


def test_without_a_solved_challenge_nothing_is_counted():
    cast.member()
    refused = sign_in.member(
        id_number=cast.id_number(), password=cast.PASSWORD, captcha="", ip=IP, at=cast.AT
    )
    assert refused.code == "captcha"
    assert not LimitCounter.objects.exists()


def test_limits_tell_nobody_a_number_or_an_address():
    cast.member()
    enter(cast.id_number(), "Wrong-pass-1")
    subjects = b"".join(bytes(s) for s in LimitCounter.objects.values_list("subject", flat=True))
    assert cast.id_number().encode() not in subjects
    assert IP.encode() not in subjects


# -- without script ---------------------------------------------------------------------------


def ask(number, password, at=cast.AT):
    return sign_in.member_by_sms(id_number=number, password=password, ip=IP, at=at)


def code_in(message):
    return re.search(r"验证码 (\d{6})", unseal(message, "text").expose())[1]


def test_a_code_takes_the_captchas_place():
    user = cast.member()
    sent = ask(cast.id_number(), cast.PASSWORD)
    assert isinstance(sent, CodeSent)
    code = code_in(SmsMessage.objects.get())
    opened = sign_in.member_by_sms_code(ticket=sent.ticket, code=code, ip=IP, at=cast.AT)
    assert opened == SignedIn(user)
    again = sign_in.member_by_sms_code(ticket=sent.ticket, code=code, ip=IP, at=cast.AT)
    assert again.code == "code_expired"


def test_a_wrong_password_sends_nothing_and_looks_the_same():
    cast.member()
    right = ask(cast.id_number(), cast.PASSWORD)
    wrong = ask(cast.id_number(2), cast.PASSWORD)
    assert (right.text, right.resend_at, right.expires_at, right.phone) == (
        wrong.text,
        wrong.resend_at,
        wrong.expires_at,
        wrong.phone,
    )
    states = list(SmsMessage.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["queued", "void"]
    assert SmsCode.objects.count() == 2


def test_no_code_fits_nobody(monkeypatch):
    sent = ask(cast.id_number(9), cast.PASSWORD)
    codes = [
        sign_in.member_by_sms_code(ticket=sent.ticket, code=f"{n:06d}", ip=IP, at=cast.AT).code
        for n in range(6)
    ]
    assert codes == ["code_wrong"] * 5 + ["code_spent"]


def test_a_code_dies_with_the_password_it_followed_from():
    user = cast.member()
    sent = ask(cast.id_number(), cast.PASSWORD)
    code = code_in(SmsMessage.objects.get())
    user.set_password("Another-pass-1")
    user.save()
    refused = sign_in.member_by_sms_code(ticket=sent.ticket, code=code, ip=IP, at=cast.AT)
    assert refused.code == "code_expired"


# -- staff ------------------------------------------------------------------------------------


def enter_staff(totp, *, at=cast.AT, password=cast.PASSWORD, username="teller.one"):
    return sign_in.staff(username=username, password=password, totp=totp, ip=IP, at=at)


def now_code(at=cast.AT):
    return pyotp.TOTP(cast.TOTP_SECRET).at(at)


def test_staff_enter_with_both_factors():
    user = cast.staff()
    assert enter_staff(now_code(), username=" Teller.One ") == SignedIn(user)


@pytest.mark.parametrize(("password", "totp"), [("Wrong-pass-1", None), (None, "000000")])
def test_staff_need_both_factors_and_learn_not_which_was_wrong(password, totp):
    cast.staff()
    refused = enter_staff(totp or now_code(), password=password or cast.PASSWORD)
    unknown = enter_staff(now_code(), username="nobody.here")
    assert refused.code == "wrong"
    assert refused == unknown


def test_a_totp_code_opens_once():
    cast.staff()
    assert isinstance(enter_staff(now_code()), SignedIn)
    assert enter_staff(now_code()).code == "wrong"
    later = cast.AT + timedelta(seconds=30)
    assert enter_staff(now_code(), at=later).code == "wrong"
    assert isinstance(enter_staff(now_code(later), at=later), SignedIn)


def test_an_older_totp_code_does_not_open_after_a_newer_one():
    cast.staff()
    newer = cast.AT + timedelta(seconds=30)
    assert isinstance(enter_staff(now_code(newer)), SignedIn)
    assert enter_staff(now_code(cast.AT)).code == "wrong"


def test_a_wrong_password_does_not_use_up_the_totp_code():
    cast.staff()
    enter_staff(now_code(), password="Wrong-pass-1")
    assert isinstance(enter_staff(now_code()), SignedIn)


def test_totp_follows_our_clock():
    cast.staff()
    hour_later = cast.AT + timedelta(hours=1)
    assert enter_staff(now_code(), at=hour_later).code == "wrong"
    assert isinstance(enter_staff(now_code(hour_later), at=hour_later), SignedIn)


def test_a_member_does_not_enter_as_staff():
    cast.member()
    assert enter_staff(now_code(), username=cast.id_number()).code == "wrong"
