"""The platform's word: who is believed, how often one may guess, how the word is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from anju import ports
from anju.business.contributions import vouching
from anju.business.contributions.tests.enterprise import ENTERPRISE
from anju.business.contributions.vouching import NotVouched, Vouched
from anju.business.withdrawals.retirement.tests import cast
from anju.ports.enterprises import (
    EnterpriseRefused,
    EnterprisesUnreachable,
    NotVouchedFor,
    RegisteredEnterprise,
)

AT, IP = cast.AT, "198.51.100.9"


class Platform:
    """A platform that knows one enterprise, or has something else to say."""

    def __init__(self, answer: RegisteredEnterprise | Exception = ENTERPRISE) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def look_up(self, uscc: str, *, password: str) -> RegisteredEnterprise:
        self.asked.append(uscc)
        if isinstance(self.answer, Exception):
            raise self.answer
        if password != "right":
            raise EnterpriseRefused(NotVouchedFor.WRONG_PASSWORD)
        return self.answer


def look_up(platform: Platform, *, uscc: str = ENTERPRISE.uscc, password: str = "right", at=AT):
    with ports.offering("enterprises", platform):
        return vouching.look_up(uscc, password=password, ip=IP, at=at)


def test_the_platform_is_asked_for_the_tidy_code(db, city) -> None:
    city("yuncheng")
    platform = Platform()
    told = look_up(platform, uscc=" 91149999dem000010ｒ ")
    assert (told.enterprise, told.until) == (ENTERPRISE, AT + timedelta(minutes=30))
    assert platform.asked == [ENTERPRISE.uscc]


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (EnterpriseRefused(NotVouchedFor.UNKNOWN), "unknown", "没有登记"),
        (EnterpriseRefused(NotVouchedFor.REVOKED), "revoked", "吊销"),
        (EnterpriseRefused(NotVouchedFor.WRONG_PASSWORD), "wrong_password", "密码不正确"),
        (EnterprisesUnreachable("down"), "unreachable", "稍后再试"),
    ],
)
def test_a_platform_that_does_not_vouch(answer, code, says, db, city) -> None:
    city("yuncheng")
    told = look_up(Platform(answer))
    assert isinstance(told, NotVouched)
    assert told.code == code
    assert says in told.text


@pytest.mark.parametrize(
    ("uscc", "password", "code"),
    [("YCSZFGJJGLZX000000", "right", "bad_uscc"), (ENTERPRISE.uscc, "", "no_password")],
)
def test_what_cannot_be_right_is_not_asked(uscc, password, code, db, city) -> None:
    city("yuncheng")
    platform = Platform()
    assert look_up(platform, uscc=uscc, password=password).code == code
    assert platform.asked == []


def test_guessing_ends_after_five_and_a_right_password_clears(db, city) -> None:
    city("yuncheng")
    platform = Platform()
    for _ in range(4):
        assert look_up(platform, password="wrong").code == "wrong_password"
    assert isinstance(look_up(platform), Vouched)
    for _ in range(5):
        assert look_up(platform, password="wrong").code == "wrong_password"
    locked = look_up(platform)
    assert (locked.code, locked.retry_at) == ("locked", AT + timedelta(minutes=15))
    assert len(platform.asked) == 10
    assert isinstance(look_up(platform, at=AT + timedelta(minutes=15)), Vouched)


def test_a_platform_that_is_down_locks_nobody_out(db, city) -> None:
    city("yuncheng")
    for _ in range(7):
        assert look_up(Platform(EnterprisesUnreachable("down"))).code == "unreachable"
    assert isinstance(look_up(Platform()), Vouched)


def test_a_centre_without_a_platform_says_so(db, city, monkeypatch) -> None:
    city("yuncheng")
    monkeypatch.setattr(ports, "_offered", {})
    told = vouching.look_up(ENTERPRISE.uscc, password="right", ip=IP, at=AT)
    assert (told.code, "柜台" in told.text) == ("not_offered", True)


def test_the_word_is_kept_sealed_for_half_an_hour(db) -> None:
    word = Vouched("ab" * 16, ENTERPRISE, AT + timedelta(minutes=30))
    session = word.sealed()
    assert "薛明" not in str(session)
    assert vouching.kept(session, at=AT + timedelta(minutes=29)) == word
    assert vouching.kept(session, at=AT + timedelta(minutes=30)) is None
    assert vouching.kept(None, at=AT) is None
    other = replace(word, key="cd" * 16).sealed()
    assert vouching.kept(session | {"key": other["key"]}, at=AT) is None
