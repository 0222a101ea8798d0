"""Each fault does what its sentence on the console says, and no more."""

from anju.simulators.bank.orders import BOARD


def test_every_fault_has_a_test() -> None:
    tested = {name.removeprefix("test_fault_") for name in globals() if "test_fault_" in name}
    # Those of the settlement system's line are tested at its adapter, in tests/contracts.
    assert tested == {kind for kind in BOARD.kinds if not kind.startswith("bdc_")}


def test_fault_bank_down(town) -> None:
    town.pay("YC1")
    town.fault("bank_down")
    assert town.pay("YC2")[0] == 504
    assert town.query() is None
    town.turn(3)
    assert town.letters == []
    town.http.post("/bank/api/faults", json={"off": "all"})
    town.turn()
    assert town.outcomes() == ["paid"]
    assert town.query("YC2")["outcome"] == "not_found"


def test_fault_lose_request(town) -> None:
    town.fault("lose_request", times=1)
    assert town.pay()[0] == 504
    assert town.query()["outcome"] == "not_found"
    assert town.pay()[1]["outcome"] == "accepted"


def test_fault_late_request(town) -> None:
    town.fault("late_request", seconds=40, times=1)
    assert town.pay()[0] == 504
    assert town.query()["outcome"] == "not_found"
    # Meanwhile the same number is sent again and overtakes.
    assert town.pay()[1]["outcome"] == "accepted"
    town.turn(41)
    town.turn(3)
    assert town.totals()["orders"]["YC1"]["payments"] == 1
    assert town.outcomes() == ["paid"]


def test_a_late_request_pays_when_nothing_overtook_it(town) -> None:
    town.fault("late_request", seconds=40, times=1)
    town.pay()
    town.turn(41)
    town.turn(3)
    assert town.outcomes() == ["paid"]


def test_fault_lose_reply(town) -> None:
    town.fault("lose_reply", times=1)
    assert town.pay()[0] == 504
    town.turn(2)
    assert town.query()["outcome"] == "paid"


def test_fault_lose_query_reply(town) -> None:
    town.pay()
    town.fault("lose_query_reply", times=2)
    assert town.query() is None
    assert town.query() is None
    assert town.query()["outcome"] == "accepted"


def test_fault_partial_result(town) -> None:
    payment = {
        "amount_fen": 1000,
        "principal_fen": 1000,
        "interest_fen": 0,
        "payee_name": "演示·李华",
        "payee_account": "6217000000000001",
        "payee_bank_code": "CCB",
        "payer_account": "14050000-yuncheng",
        "summary": "退休提取",
    }
    orders = [{"order_no": number, **payment} for number in ("YC1", "YC2")]
    batch = {"kind": "batch", "batch_no": "P1", "count": 2, "total_fen": 2000, "orders": orders}
    assert town.say("/bank/v1/batches", **batch)[0] == 200
    town.turn(2)
    town.fault("partial_result", times=1)
    for lines in (1, 2):
        told = town.say("/bank/v1/batches/lines", kind="batch_lines", batch_no="P1")[1]
        assert (len(told["lines"]), told["total_fen"]) == (lines, 2000)


def test_fault_slow_reply(town) -> None:
    town.world.stopping.set()  # waits end at once
    town.fault("slow_reply", seconds=600, times=1)
    assert town.pay()[1]["outcome"] == "accepted"
    assert town.http.get("/bank/api/faults").get_json()["active"] == []


def test_fault_delay(town) -> None:
    town.fault("delay", seconds=60, times=1)
    town.pay()
    town.turn(59)
    assert town.query()["outcome"] == "accepted"
    town.turn(1)
    assert town.query()["outcome"] == "paid"


def test_fault_hold(town) -> None:
    town.fault("hold", times=2)
    town.pay("YC1")
    town.pay("YC2")
    town.turn(9999)
    assert town.query("YC1")["outcome"] == "accepted"
    town.http.post("/bank/api/orders/yuncheng/YC1/pay")
    town.http.post("/bank/api/orders/yuncheng/YC2/refuse", json={"reason_code": "NAME_MISMATCH"})
    assert town.query("YC1")["outcome"] == "paid"
    assert town.query("YC2")["reason"] == "户名不符"


def test_fault_refuse(town) -> None:
    town.fault("refuse", reason_code="NAME_MISMATCH", times=1, client="yuncheng")
    town.pay("1", client="xishuangbanna")
    town.pay("1")
    town.turn(2)
    assert town.query("1")["outcome"] == "failed"
    assert town.query("1", client="xishuangbanna")["outcome"] == "paid"
    assert town.totals() == {}
    # Sending the number again does not bring it back to life.
    assert town.pay("1")[1]["outcome"] == "failed"


def test_fault_return(town) -> None:
    town.fault("return", seconds=10, times=1)
    town.pay()
    town.turn(2)
    assert town.query()["reason"] == ""
    town.turn(10)
    assert town.outcomes() == ["paid", "returned"]
    assert town.letters[1]["reason"] == "账户已销户"
    counted = town.totals()
    assert (counted["payments"], counted["returns"], counted["returned_fen"]) == (1, 1, 1000)


def test_a_part_can_be_returned_once(town) -> None:
    town.pay()
    town.turn(2)
    path = "/bank/api/orders/yuncheng/YC1/return"
    assert town.http.post(path, json={"amount_fen": 1001}).status_code == 409
    assert town.http.post(path, json={"amount_fen": 400}).status_code == 200
    assert town.http.post(path, json={"amount_fen": 100}).status_code == 409
    town.turn()
    assert [letter["amount_fen"] for letter in town.letters] == [1000, 400]


def test_fault_wrong_amount(town) -> None:
    town.fault("wrong_amount", delta_fen=-100, times=1)
    town.pay()
    town.turn(2)
    assert town.letters[0]["amount_fen"] == 900
    assert town.totals()["paid_fen"] == 900


def test_fault_unordered(town) -> None:
    town.fault("unordered", times=1)
    town.pay()
    town.turn(2)
    numbers = {letter["order_no"] for letter in town.letters}
    assert len(numbers) == 2
    assert "YC1" in numbers
    assert town.totals()["payments"] == 2


def test_fault_notice_before_reply(town) -> None:
    town.fault("notice_before_reply", times=1)
    reply = town.pay()[1]
    assert town.outcomes() == ["paid"]
    assert reply["outcome"] == "paid"


def test_fault_lose_notice(town) -> None:
    town.fault("lose_notice", times=1)
    town.pay()
    town.turn(2)
    town.turn(9999)
    assert town.letters == []
    town.http.post("/bank/api/orders/yuncheng/YC1/resend")
    town.turn()
    assert town.outcomes() == ["paid"]


def test_fault_duplicate_notice(town) -> None:
    town.fault("duplicate_notice", times=1)
    town.pay()
    town.turn(2)
    assert len(town.letters) == 3
    assert len({letter["notice_id"] for letter in town.letters}) == 1


def test_fault_reorder_notices(town) -> None:
    town.fault("reorder_notices", seconds=500, times=1)
    town.pay("YC1")
    town.turn(2)
    assert town.letters == []
    town.pay("YC2")
    town.turn(2)
    town.turn()
    assert [letter["order_no"] for letter in town.letters] == ["YC2", "YC1"]


def test_a_held_back_notice_comes_by_itself_in_the_end(town) -> None:
    town.fault("reorder_notices", seconds=30, times=1)
    town.pay()
    town.turn(2)
    town.turn(29)
    assert town.letters == []
    town.turn(2)
    assert town.outcomes() == ["paid"]


def test_fault_forged_notice(town) -> None:
    town.fault("forged_notice", times=1)
    town.pay()
    town.turn(2)
    assert town.outcomes() == ["failed", "paid"]
    assert town.signatures_hold == [False, True]


def test_fault_mistaken_failure(town) -> None:
    town.fault("mistaken_failure", times=1)
    town.pay()
    town.turn(2)
    assert town.outcomes() == ["failed", "paid"]
    assert town.signatures_hold == [True, True]
    assert town.query()["outcome"] == "paid"


def test_a_fault_may_strike_by_chance_and_does_so_alike_every_time(town) -> None:
    def struck() -> list[str]:
        town.fault("lose_reply", per_mille=300)
        lost = [str(n) for n in range(40) if town.pay(str(n))[0] == 504]
        town.http.post("/bank/api/reset")
        return lost

    first = struck()
    assert 4 < len(first) < 20
    assert struck() == first


def test_a_wish_that_makes_no_sense_is_refused(town) -> None:
    for wish in (
        {"fault": "earthquake"},
        {"fault": "delay", "colour": "red"},
        {"fault": "delay", "seconds": "soon"},
        {"fault": "refuse", "reason_code": "BECAUSE"},
        {"fault": "hold", "times": 0},
        {"fault": "hold", "times": "often"},
    ):
        assert town.http.post("/bank/api/faults", json=wish).status_code == 400
    assert town.http.get("/bank/api/faults").get_json()["active"] == []


def test_one_switch_can_be_put_off_alone(town) -> None:
    town.fault("hold")
    town.fault("delay")
    first = town.http.get("/bank/api/faults").get_json()["active"][0]["id"]
    town.http.post("/bank/api/faults", json={"off": first})
    active = town.http.get("/bank/api/faults").get_json()["active"]
    assert [switch["fault"] for switch in active] == ["delay"]
