"""The consoles: every page opens, every button does what it says, nothing typed is believed."""

import pytest

PAGES = [
    "/",
    "/bank/",
    "/bank/?client=yuncheng",
    "/bank/faults",
    "/bank/accounts",
    "/bank/movements",
    "/bank/collections",
    "/sms/",
    "/sms/?phone=15000000000",
    "/sms/faults",
    "/enterprises/",
    "/enterprises/faults",
]


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_world_has_pages(town, page) -> None:
    answer = town.http.get(page)
    assert answer.status_code == 200
    assert '<html lang="zh-CN">' in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_pages_show_what_happened_and_escape_what_was_sent(town) -> None:
    town.fault("wrong_amount", delta_fen=-1, times=1)
    town.fault("hold")
    town.pay(payee_name="<script>alert(1)</script>", summary="<b>x</b>")
    for page in [*PAGES, "/bank/orders/yuncheng/YC1"]:
        answer = town.http.get(page)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<b>x" not in answer.text
    overview = town.http.get("/bank/").text
    assert "运城演示中心" in overview
    assert "等待人工放行" in overview
    assert "正在发生：人工放行" in overview


def press(town, path: str, **form: str) -> str:
    answer = town.http.post(path, data=form, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_buttons_of_an_order(town) -> None:
    town.fault("hold")
    town.pay()
    order = "/bank/orders/yuncheng/YC1"
    assert "已付款" in press(town, f"{order}/pay")
    assert "订单已有结果" in press(town, f"{order}/pay", **{"from": "list"})
    assert "只有尚未付款" in press(town, f"{order}/refuse", reason_code="ACCOUNT_CLOSED")
    assert "不是金额" in press(town, f"{order}/return", amount="许多")
    assert "不超过实付" in press(town, f"{order}/return", amount="10.01")
    assert "已退票" in press(town, f"{order}/return", amount="10.00", reason_code="NAME_MISMATCH")
    assert "中心未下达" not in town.http.get("/bank/").text
    press(town, f"{order}/unordered")
    assert "中心未下达" in town.http.get("/bank/").text
    town.turn()
    before = len(town.letters)
    press(town, f"{order}/resend")
    town.turn()
    assert len(town.letters) == before + 2


def test_resending_before_there_is_news_says_so(town) -> None:
    town.fault("hold")
    town.pay()
    assert "还没有通知" in press(town, "/bank/orders/yuncheng/YC1/resend")


def test_switches_and_accounts(town) -> None:
    page = press(town, "/bank/faults", fault="delay", client="yuncheng", times="3", seconds="7")
    assert "还有 3 次" in page
    assert "7 秒" in page
    assert "直到关闭" in press(town, "/bank/faults", fault="bank_down", client="", times="")
    assert "没有开启任何故障" in press(town, "/bank/faults", off="all")
    assert town.http.post("/bank/faults", data={"fault": "earthquake"}).status_code == 400
    town.pay()
    town.turn(2)
    assert "已销户" in press(town, "/bank/accounts/6217000000000001", state="closed")
    refused = town.http.post("/bank/accounts/6217000000000001", data={"state": "rich"})
    assert refused.status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/bank/orders/yuncheng/NONE", "/bank/orders/yuncheng/NONE/pay", "/bank/orders/yuncheng/YC1/x"],
)
def test_what_is_not_there(town, path) -> None:
    town.pay()
    ask = town.http.get if path.endswith("NONE") else town.http.post
    assert ask(path).status_code == 404


def test_another_site_cannot_press_buttons(town) -> None:
    answer = town.http.post("/bank/api/reset", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_healthz(town) -> None:
    assert town.http.get("/healthz").text == "ok\n"


def test_an_agreement_is_entered_ended_and_charged_from_the_page(town) -> None:
    payer = {"agreement_no": "XY1", "payer_account": "888", "payer_name": "<b>演示</b>·单位"}
    page = press(town, "/bank/agreements", client="yuncheng", balance="12.00", **payer)
    assert "XY1" in page
    assert "&lt;b&gt;演示" in page
    assert "不是金额" in press(town, "/bank/agreements", client="yuncheng", balance="许多", **payer)
    assert "缺一不可" in press(town, "/bank/agreements", client="yuncheng", balance="1")
    assert "已终止" in press(town, "/bank/agreements/yuncheng/XY1", state="ended")
    assert "有效" in press(town, "/bank/agreements/yuncheng/XY1", state="active")
    town.fault("hold", times=2)
    town.collect("DS1", payer_name=payer["payer_name"])
    town.collect("DS2", payer_name=payer["payer_name"])
    assert "已扣款" in press(town, "/bank/collections/yuncheng/DS1/charge")
    assert "已有结果" in press(town, "/bank/collections/yuncheng/DS1/refuse")
    assert "已拒绝" in press(town, "/bank/collections/yuncheng/DS2/refuse")
    page = town.http.get("/bank/movements").text
    assert "收款" in page
    serial = page.partition("/bank/movements/")[2].partition("/")[0]
    assert ">冲正</span>" in press(town, f"/bank/movements/{serial}/take-back")
    assert "已经冲正过" in press(town, f"/bank/movements/{serial}/take-back")
    assert "只有进入" in press(town, "/bank/movements/1/take-back")


def test_somebody_pays_a_centre_in_from_the_page(town) -> None:
    town.pay()
    town.turn(2)
    own = "14050000-yuncheng"
    assert f'<option value="yuncheng/{own}">' in town.http.get("/bank/movements").text
    typed = {"into": f"yuncheng/{own}", "payer_account": "777", "payer_name": "<b>演示</b>·单位"}
    page = press(town, "/bank/arrivals", amount="31,200.00", remark="QC1", **typed)
    assert "31,200.00" in page
    assert "汇入" in page
    assert "<b>演示" not in page
    told = len(town.letters)
    town.turn()
    assert len(town.letters) == told + 1
    for amount, said in {"许多": "不是金额", "0": "大于零", "": "没有填写"}.items():
        assert said in press(town, "/bank/arrivals", amount=amount, **typed)
    elsewhere = typed | {"into": f"xishuangbanna/{own}"}
    assert "不是这个中心的" in press(town, "/bank/arrivals", amount="1.00", **elsewhere)
