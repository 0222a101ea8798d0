from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from anju.parties import codes, credentials
from anju.parties.answers import CodeSent, Proved, Refused
from anju.parties.models import SmsMessage, User
from anju.parties.tests import cast
from anju.store.fields import unseal

IP = "198.51.100.7"
PURPOSE = "withdrawals.retirement"
SAYS = "申请提取 20,222.95 元到尾号 0009 的建设银行卡"


def act(amount_fen=2022295, card=3):
    return codes.binding("submit", case="TQ202611200007", amount_fen=amount_fen, card=card)


def ask(person, *, at=cast.AT, binding=None, ip=IP, purpose=PURPOSE):
    return codes.request(
        person.pk, purpose=purpose, binding=binding or act(), says=SAYS, ip=ip, at=at
    )


def text_of(message):
    return unseal(message, "text").expose()


def latest_code():
    return re.search(r"验证码 (\d{6})", text_of(SmsMessage.objects.latest("pk")))[1]


def try_code(person, code, *, at=cast.AT, binding=None, purpose=PURPOSE):
    return codes.verify(person.pk, purpose=purpose, binding=binding or act(), code=code, at=at)


def another(code):
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.django_db
class TestOneCode:
    def test_the_message_says_what_is_being_proved(self):
        person = cast.person()
        sent = ask(person)
        assert isinstance(sent, CodeSent)
        assert sent.phone == "150****0001"
        text = text_of(SmsMessage.objects.get())
        assert text.startswith("【")
        assert f"您正在{SAYS}，验证码 " in text
        assert "10 分钟内有效" in text
        assert sent.expires_at == cast.AT + timedelta(minutes=10)
        assert sent.resend_at == cast.AT + timedelta(seconds=60)

    def test_the_right_code_proves_the_act_once(self):
        person = cast.person()
        ask(person)
        code = latest_code()
        proof = try_code(person, f" {code} ")
        assert proof == Proved("sms", cast.AT)
        assert try_code(person, code).code == "code_expired"

    @pytest.mark.parametrize("change", [{"amount_fen": 2022296}, {"card": 4}])
    def test_a_code_is_worth_nothing_for_another_act(self, change):
        person = cast.person()
        ask(person)
        code = latest_code()
        assert try_code(person, code, binding=act(**change)).code == "code_for_other"
        assert isinstance(try_code(person, code), Proved)

    def test_a_code_is_worth_nothing_for_another_purpose_or_person(self):
        person, other = cast.person(1), cast.person(2)
        ask(person)
        code = latest_code()
        assert try_code(person, code, purpose="parties.phone").code == "code_expired"
        assert try_code(other, code).code == "code_expired"
        assert isinstance(try_code(person, code), Proved)

    def test_a_code_ages(self):
        person = cast.person()
        ask(person)
        ends = cast.AT + timedelta(minutes=10)
        assert try_code(person, latest_code(), at=ends).code == "code_expired"
        assert isinstance(try_code(person, latest_code(), at=ends - timedelta(seconds=1)), Proved)

    def test_a_new_code_ends_the_old_one(self):
        person = cast.person()
        ask(person)
        old = latest_code()
        ask(person, at=cast.AT + timedelta(seconds=60))
        at = cast.AT + timedelta(seconds=61)
        if old != latest_code():
            assert try_code(person, old, at=at).code == "code_wrong"
        assert isinstance(try_code(person, latest_code(), at=at), Proved)

    def test_all_million_guesses_are_five(self):
        person = cast.person()
        ask(person)
        wrong = another(latest_code())
        answers = [try_code(person, wrong) for _ in range(5)]
        assert [a.code for a in answers] == ["code_wrong"] * 5
        assert "还可再试 4 次" in answers[0].text
        assert "重新获取" in answers[4].text
        assert try_code(person, latest_code()).code == "code_spent"

    def test_only_a_digest_is_kept(self):
        person = cast.person()
        ask(person)
        with connection.cursor() as cursor:
            cursor.execute("SELECT t::text FROM parties_smscode t")
            row = cursor.fetchone()[0]
        assert f",{latest_code()}," not in row
        assert cast.phone() not in row

    def test_codes_are_forgotten_after_a_day(self):
        ask(cast.person())
        ends = cast.AT + timedelta(minutes=10)
        assert codes.sweep(ends + timedelta(days=1)) == 0
        assert codes.sweep(ends + timedelta(days=1, seconds=1)) == 1


@pytest.mark.django_db
class TestHowOften:
    def test_a_minute_between_two(self):
        person = cast.person()
        ask(person)
        refused = ask(person, at=cast.AT + timedelta(seconds=20))
        assert (refused.code, refused.retry_at) == ("sms_wait", cast.AT + timedelta(seconds=60))
        assert "40 秒" in refused.text
        assert isinstance(ask(person, at=cast.AT + timedelta(seconds=60)), CodeSent)

    def test_ten_a_day_and_the_day_ends_at_midnight_here(self):
        person = cast.person()
        for n in range(10):
            assert isinstance(ask(person, at=cast.AT + timedelta(minutes=n * 10)), CodeSent)
        refused = ask(person, at=cast.AT + timedelta(hours=3))
        assert refused.code == "sms_limit"
        assert "请明天再试" in refused.text
        midnight = datetime(2026, 11, 21, tzinfo=cast.AT.tzinfo)
        assert refused.retry_at == midnight
        assert isinstance(ask(person, at=midnight), CodeSent)

    def test_the_limit_is_the_phones_whoever_it_serves(self):
        one, two = cast.person(1), cast.person(2)
        two.phone_a, two.phone_b = one.phone_a, one.phone_b
        from anju.store.fields import seal

        seal(two, "phone", cast.phone(1))
        two.save()
        ask(one)
        assert ask(two).code == "sms_wait"

    def test_one_address_cannot_ring_everybody(self):
        answers = [ask(cast.person(n)) for n in range(1, 33)]
        assert sum(isinstance(a, CodeSent) for a in answers) == 30
        assert answers[-1].code == "sms_limit"
        assert "11:00 后" in answers[-1].text

    def test_without_a_phone_the_way_is_told(self):
        refused = ask(cast.person(with_phone=False))
        assert refused.code == "no_phone"
        assert "柜台" in refused.text


def test_a_try_counts_even_when_what_follows_fails(committing_db):
    person = cast.person()
    ask(person)
    wrong = another(latest_code())

    def page():
        try_code(person, wrong)
        raise RuntimeError("the page failed afterwards")

    for _ in range(5):
        with pytest.raises(RuntimeError, match="afterwards"):
            page()
    assert try_code(person, latest_code()).code == "code_spent"


def test_nothing_that_counts_runs_inside_a_transaction_that_could_fail(committing_db):
    user = cast.member()
    for counting in (
        lambda: ask(user.person),
        lambda: try_code(user.person, "000000"),
        lambda: credentials.check_business_password(user.pk, password="000000", at=cast.AT),
    ):
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            counting()


def test_a_code_sent_to_many_tabs_is_used_once(committing_db):
    person = cast.person()
    ask(person)
    code = latest_code()

    def tab(_):
        try:
            return try_code(person, code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tab, range(16)))
    assert sum(isinstance(a, Proved) for a in answers) == 1


@pytest.mark.django_db
class TestBusinessPassword:
    def check(self, user, password=cast.BUSINESS_PASSWORD, at=cast.AT):
        return credentials.check_business_password(user.pk, password=password, at=at)

    def test_right_and_wrong(self):
        user = cast.member()
        assert self.check(user) == Proved("business_password", cast.AT)
        refused = self.check(user, "730483")
        assert refused == Refused("business_password_wrong", "业务密码不正确，今日还可再试 4 次")

    def test_a_thousand_guesses_are_five_and_the_day_ends_the_lock(self, monkeypatch):
        user = cast.member()
        compared = []
        real = credentials.check_password
        monkeypatch.setattr(
            credentials, "check_password", lambda *a: compared.append(a) or real(*a)
        )
        for guess in range(1000):
            self.check(user, f"{guess:06d}")
        assert len(compared) == 5
        locked = self.check(user)
        assert locked.code == "business_password_locked"
        midnight = datetime(2026, 11, 21, tzinfo=cast.AT.tzinfo)
        assert locked.retry_at == midnight
        assert isinstance(self.check(user, at=midnight), Proved)

    def test_the_hash_alone_cannot_be_guessed_offline(self):
        user = cast.member()
        kid, _, encoded = User.objects.get(pk=user.pk).business_password.partition(":")
        assert kid == "pepper-1"
        from django.contrib.auth.hashers import check_password

        assert not check_password(cast.BUSINESS_PASSWORD, encoded)

    def test_another_persons_hash_opens_nothing(self):
        one, two = cast.member(1), cast.member(2)
        one.refresh_from_db()
        User.objects.filter(pk=two.pk).update(business_password=one.business_password)
        assert self.check(two).code == "business_password_wrong"

    def test_who_has_none_is_told_where_to_set_it(self):
        user = cast.member()
        User.objects.filter(pk=user.pk).update(business_password="")
        assert self.check(user).code == "business_password_not_set"
