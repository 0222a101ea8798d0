"""An application from its first page to its receipt, in both cities, by any person's browser."""

from datetime import datetime, timedelta

from anju import ports
from anju.business.contributions import facts as contributions
from anju.channels.citizen.tests import cast
from anju.channels.citizen.tests.cast import SERVICE, check


def begin(browser):
    answer = browser.post(f"/services/{SERVICE}/")
    assert answer.status_code == 302
    return answer["Location"]


def prove_by_sms(browser, step):
    answer = browser.post(step, {"send_code": "1"})
    assert answer["Location"] == f"{step}#id_code"
    page = check(browser.get(step))
    assert "验证码已发送到 199****0001" in page.html
    assert 'data-resend="60"' in page.html
    return browser.post(step, {"code": cast.latest_code()})


def test_yuncheng_one_page_and_its_code(hall):
    cast.retired()
    browser = cast.signed_in()
    step = begin(browser)
    page = check(browser.get(step))
    for label in ("个人账户号", "销户利息", "销户本息合计", "收款账户号码", "所属银行名称"):
        assert label in page.html
    assert "您正在申请退休提取" in page.html
    assert "怎么算的" in page.html
    assert "不可恢复" in page.html
    # No code, then a wrong one, which stays in the field.
    page = check(browser.post(step, {"code": ""}), status=422)
    assert page.title.startswith("错误：")
    assert 'href="#id_code"' in page.html
    browser.post(step, {"send_code": "1"})
    page = check(browser.post(step, {"code": "000000"}), status=422)
    assert 'value="000000"' in page.html
    done = browser.post(step, {"code": cast.latest_code()})["Location"]
    page = check(browser.get(done))
    assert "申请已提交" in page.html
    assert "业务回执" in page.html
    # Sending the last page again leads to the same end.
    assert browser.post(step, {"code": "1"})["Location"] == done
    case = done.removesuffix("done/")
    assert "付款中" in check(browser.get(case)).html
    assert "积数" in check(browser.get(f"{case}how/")).html
    assert "付款中" in check(browser.get("/cases/")).html
    assert "正在办理" in check(browser.get("/")).html
    assert "查看进度" in check(browser.get(f"/services/{SERVICE}/")).html


def test_xishuangbanna_code_photos_password_confirm(hall, city):
    city("xishuangbanna")
    cast.retired()
    browser = cast.signed_in(entry="h5/")
    step = begin(browser)
    check(browser.get(step))
    step = browser.post(step)["Location"]
    step = prove_by_sms(browser, step)["Location"]
    page = check(browser.get(step))
    assert page.html.count("必拍") >= 3
    page = check(browser.post(step), status=422)
    assert 'href="#slot-live_photo"' in page.html
    page = check(browser.post(f"{step}photo/", {"slot": "id_front"}), status=422)
    assert "请先选择一张照片" in page.html
    for slot in ("live_photo", "id_front", "id_back"):
        answer = browser.post(f"{step}photo/", {"slot": slot, "file": cast.picture()})
        assert answer["Location"] == f"{step}#slot-{slot}"
    page = check(browser.get(step))
    picture = page.html.split('<img src="/cases/')[1].split('"')[0]
    shown = browser.get(f"/cases/{picture}")
    assert shown["Content-Type"] == "image/jpeg"
    assert "no-store" in shown["Cache-Control"]
    step = browser.post(step)["Location"]
    page = check(browser.post(step, {"business_password": "111111"}), status=422)
    assert "111111" not in page.html
    step = browser.post(step, {"business_password": cast.BUSINESS_PASSWORD})["Location"]
    assert "确认" in check(browser.get(step)).html
    done = browser.post(step)["Location"]
    check(browser.get(done))
    # The photo is the member's own: another member is told that there is none.
    cast.person(2)
    other = cast.signed_in(2)
    for path in (f"/cases/{picture}", done, done.removesuffix("done/"), step):
        assert other.get(path).status_code == 404


def test_a_photo_that_is_none_is_refused_beside_its_slot(hall, city):
    city("xishuangbanna")
    cast.retired()
    browser = cast.signed_in()
    step = browser.post(begin(browser))["Location"]
    step = prove_by_sms(browser, step)["Location"]
    bad = cast.picture()
    bad.write(b"nothing of a picture")
    bad.seek(0)
    page = check(browser.post(f"{step}photo/", {"slot": "id_front", "file": bad}), status=422)
    assert page.title.startswith("错误：")
    assert "has-error" in page.html


class NoStore:
    """An evidence store whose disk is gone."""

    def put(self, key, *, blob):
        raise OSError("input/output error")

    def get(self, key):
        raise OSError("input/output error")


def test_a_store_that_is_away_is_said_kindly_and_what_was_kept_stays(hall, city):
    city("xishuangbanna")
    cast.retired()
    browser = cast.signed_in()
    step = browser.post(begin(browser))["Location"]
    step = prove_by_sms(browser, step)["Location"]
    browser.post(f"{step}photo/", {"slot": "live_photo", "file": cast.picture()})
    with ports.offering("evidence_store", NoStore()):
        answer = browser.post(f"{step}photo/", {"slot": "id_front", "file": cast.picture()})
        page = check(answer, status=422)
        assert "已填写的和已存的照片都在，请过几分钟再试" in page.html
        # The page with the photo that is kept stands; the photo itself cannot be shown.
        page = check(browser.get(step))
        picture = page.html.split('<img src="')[1].split('"')[0]
        shown = browser.get(picture)
        assert (shown.status_code, shown["Retry-After"]) == (503, "60")
        assert "已存的照片都在" in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert "继续填写" in check(browser.get(step.split("step/")[0])).html
    assert browser.get(picture)["Content-Type"] == "image/jpeg"
    again = browser.post(f"{step}photo/", {"slot": "id_front", "file": cast.picture()})
    assert again["Location"] == f"{step}#slot-id_front"


def test_a_draft_waits_and_can_be_taken_back(hall):
    cast.retired()
    browser = cast.signed_in()
    step = begin(browser)
    case = step.split("step/")[0]
    assert "继续填写" in check(browser.get(case)).html
    assert "继续上次的申请" in check(browser.get(f"/services/{SERVICE}/")).html
    assert begin(browser) == step
    answer = browser.post(f"{case}cancel/")
    assert "已撤回" in check(browser.get(answer["Location"])).html


def test_conditions_that_changed_meanwhile_are_explained(hall, city):
    city("xishuangbanna")
    cast.retired()
    browser = cast.signed_in()
    step = begin(browser)
    hall.set(datetime.fromisoformat("2026-11-20T10:10:00+08:00") + timedelta(hours=8))
    cast.signed_in()
    late = cast.signed_in()
    page = check(late.post(step), status=409)
    assert "目前不能继续办理" in page.html
    assert "没有提交" in page.html


def test_steps_ahead_are_not_there_yet(hall, city):
    city("xishuangbanna")
    cast.retired()
    browser = cast.signed_in()
    step = begin(browser)
    assert browser.get(step.replace("step/1/", "step/3/")).status_code == 404
    assert browser.post(step.replace("step/1/", "step/5/"))["Location"] == step


def test_movements_come_in_parts_with_their_year(hall, monkeypatch):
    cast.account(cast.person())
    browser = cast.signed_in()
    page = check(browser.get("/account/movements/"))
    assert "期初余额" in page.html
    assert "20,216.21" in page.html
    line = contributions.MovementLine(cast.AT.date(), "汇缴", 144000, 2165621, "")
    many = contributions.MovementsPage((2026, 2025), 2026, (line,) * 20, 1, 0, "cursor")
    monkeypatch.setattr(contributions, "movements", lambda *a, **k: many)
    page = check(browser.get("/account/movements/"))
    assert "/account/movements/?year=2026&amp;before=cursor" in page.html
