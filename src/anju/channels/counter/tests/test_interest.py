"""The interest pages: what is shown in each state, what is refused, and by whom it may be done."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anju import ledger
from anju.business.treasury import interest_run
from anju.channels.counter.tests import cast as counter
from anju.ledger.tests.books import account
from anju.parties.tests import cast

pytestmark = pytest.mark.django_db
YEARS = "/counter/interest/"
BOARD = "/counter/interest/2027/"


@pytest.fixture
def desks(office: Any) -> dict[str, Client]:
    """Two accountants at their desks, in July, with two members' interest due."""
    for order in (1, 2):
        account(balance=1_000_000 * order, person=cast.person(order + 40).pk)
    ledger.flip_day(date(2027, 7, 5))
    return {
        name: counter.signed_in(counter.staff(f"books.{name}", "accountant"))
        for name in ("one", "two")
    }


def press(client: Client, deed: str, **data: str) -> Any:
    return client.post(reverse("counter:interest_act", args=[2027, deed]), data)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def work() -> None:
    interest_run.run(lambda: cast.AT)


def fingerprint() -> str:
    return interest_run.fingerprint(ledger.interest_totals(2027))


def test_a_year_from_the_list_to_the_end(desks: dict[str, Client]) -> None:
    one, two = desks["one"], desks["two"]
    assert "年度尚未结息" in text(one.get(YEARS))
    assert one.get(BOARD).status_code == 404
    assert press(one, "begin").status_code == 302
    begun = text(one.get(BOARD))
    assert "进行中" in begun
    assert "0 / 2<progress" in begun, "how many there are is known before the first is looked at"
    work()
    shown = text(one.get(BOARD))
    for piece in ("控制合计", "30,000.00", "278.75", "重算相符", "重新准备", ">签名<"):
        assert piece in shown, piece
    assert press(one, "sign", totals="other").status_code == 409
    assert press(one, "again").status_code == 302
    work()
    assert press(one, "sign", totals=fingerprint()).status_code == 302
    assert "等待另一位" in text(one.get(BOARD))
    assert "第二个签名须由另一人签" in text(press(one, "sign", totals=fingerprint()))
    assert press(two, "sign", totals=fingerprint()).status_code == 302
    work()
    assert "已完成" in text(two.get(BOARD))
    assert "278.75" in text(two.get(YEARS))


def test_what_cannot_be_done_says_why(desks: dict[str, Client]) -> None:
    press(desks["one"], "begin")
    again = press(desks["one"], "begin")
    assert again.status_code == 409
    assert "已经开始" in text(again)
    assert press(desks["one"], "sign", totals="").status_code == 409
    assert press(desks["one"], "again").status_code == 409
    assert press(desks["one"], "burn").status_code == 404
