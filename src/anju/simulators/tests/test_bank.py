"""The bank does what a bank does, once per order number."""

import pytest


def test_an_order_is_accepted_then_paid_and_told(town) -> None:
    status, reply = town.pay()
    assert (status, reply["outcome"], reply["in_reply_to"]) == (200, "accepted", "ab" * 16)
    town.turn()
    assert town.letters == []
    town.turn(2)
    assert town.outcomes() == ["paid"]
    assert town.signatures_hold == [True]
    assert town.query()["outcome"] == "paid"
    assert town.totals()["paid_fen"] == 1000


def test_a_repeated_order_is_one_payment(town) -> None:
    for _ in range(5):
        town.pay()
        town.turn(1)
    assert town.totals()["orders"]["YC1"]["payments"] == 1
    assert town.outcomes() == ["paid"]
    (order,) = town.http.get("/bank/api/orders").get_json()["orders"]
    assert order["times_received"] == 5


def test_a_number_with_other_content_is_refused(town) -> None:
    town.pay()
    status, answer = town.pay(payee_account="6217000000000002")
    assert (status, answer["kind"]) == (409, "order_number_reused")


def test_two_centers_may_use_one_number(town) -> None:
    town.pay("1")
    town.pay("1", client="xishuangbanna", amount_fen=500, principal_fen=490)
    town.turn(3)
    assert town.totals("yuncheng")["paid_fen"] == 1000
    assert town.totals("xishuangbanna")["paid_fen"] == 500


@pytest.mark.parametrize(
    "spoilt",
    [
        {"amount_fen": 1001},
        {"amount_fen": 0, "principal_fen": 0, "interest_fen": 0},
        {"amount_fen": 1000.0},
        {"interest_fen": True, "principal_fen": 999},
        {"principal_fen": -10, "interest_fen": 1010},
        {"payee_name": " "},
        {"order_no": None},
        {"summary": "x" * 201},
    ],
)
def test_an_order_the_bank_cannot_read_is_not_taken(town, spoilt) -> None:
    assert town.pay(**spoilt)[0] == 400
    assert town.http.get("/bank/api/orders").get_json()["orders"] == []


def test_an_unsigned_or_altered_question_is_not_answered(town) -> None:
    assert town.http.post("/bank/v1/payments", json={"client": "yuncheng"}).status_code == 401
    town.at, then = town.at.replace(hour=11), town.at
    body = b'{"client": "yuncheng", "order_no": "YC1"}'
    from anju.simulators.signing import seal

    secret = town.world.secrets["yuncheng"]
    message = {"client": "yuncheng", "order_no": "YC1"}
    sealed, headers = seal("yuncheng", secret=secret, message=message, at=then)
    stale = town.http.post("/bank/v1/payments/query", data=sealed, headers=headers)
    sealed, headers = seal("yuncheng", secret=secret, message=message, at=town.at)
    fresh = town.http.post("/bank/v1/payments/query", data=sealed, headers=headers)
    altered = town.http.post("/bank/v1/payments/query", data=body + b" ", headers=headers)
    assert [answer.status_code for answer in (stale, fresh, altered)] == [401, 200, 401]


def test_a_restart_forgets_nothing(town) -> None:
    town.pay("YC1")
    town.turn(2)
    town.pay("YC2")
    town.fault("lose_notice", times=1)
    town.world.stop()
    town.open()
    assert town.query("YC1")["outcome"] == "paid"
    assert town.query("YC2")["outcome"] == "accepted"
    town.turn(3)
    assert town.query("YC2")["outcome"] == "paid"
    assert town.outcomes() == ["paid"]
    town.pay("YC1")
    assert town.totals()["payments"] == 2


def test_closed_frozen_and_misnamed_accounts_are_refused(town) -> None:
    for number, state in (("1", "closed"), ("2", "frozen")):
        wish = {"number": number, "name": "演示·李华", "state": state}
        town.http.post("/bank/api/accounts", json=wish)
    town.pay("A", payee_account="1")
    town.pay("B", payee_account="2")
    town.pay("C")
    town.turn(2)
    town.pay("D", payee_name="演示·别人")
    town.turn(2)
    reasons = {number: town.query(number)["reason"] for number in "ABCD"}
    assert reasons == {"A": "账户已销户", "B": "账户已冻结", "C": "", "D": "户名不符"}
    assert town.totals()["payments"] == 1


def test_a_center_pays_only_from_its_own_account_and_what_is_there(town) -> None:
    town.pay("A")
    town.turn(2)
    town.pay("B", client="xishuangbanna", payer_account="14050000-yuncheng")
    huge = 100_000_000_000
    town.pay("C", amount_fen=huge, principal_fen=huge - 10)
    town.turn(2)
    assert town.query("B", client="xishuangbanna")["reason_code"] == "PAYER_NOT_YOURS"
    assert town.query("C")["reason_code"] == "INSUFFICIENT"


def test_an_inbox_that_is_away_gets_the_notice_later_and_once(town) -> None:
    town.inbox_status = 500
    town.pay()
    town.turn(2)
    town.turn()
    assert len(town.letters) == 1
    town.inbox_status = 200
    town.turn(2)
    town.turn(60)
    assert len(town.letters) == 2
    assert len({letter["notice_id"] for letter in town.letters}) == 1
    assert all(town.signatures_hold)


def test_a_reset_forgets_all_but_the_running_numbers(town) -> None:
    town.pay()
    town.fault("hold")
    town.turn(2)
    first = town.letters[0]
    assert town.http.post("/bank/api/reset").get_json() == {"reset": True}
    assert town.query()["outcome"] == "not_found"
    assert town.totals() == {}
    town.pay()
    town.turn(2)
    assert town.letters[1]["outcome"] == "paid"
    # The centre's inbox would take a used notice number for a repetition.
    assert town.letters[1]["notice_id"] != first["notice_id"]
    assert town.letters[1]["bank_serial"] != first["bank_serial"]
