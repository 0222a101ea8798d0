"""The centres we ship, a third one nobody knew of, the version, and what is in force."""

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.domain.dated import Dated, NotInForce
from anju.domain.identifiers import birth_date
from anju.policy import Policy, centers_in, current, failing_examples, load, use, using
from anju.policy.overlays import read_dated
from anju.policy.sources import Document
from anju.policy.tests.conftest import REAL

CENTERS = centers_in(REAL)
DEMO_START = date(2026, 11, 20)


@pytest.fixture(params=CENTERS)
def policy(request: pytest.FixtureRequest) -> Policy:
    return load(request.param, REAL)


def test_both_cities_are_there() -> None:
    assert {"yuncheng", "xishuangbanna"} <= set(CENTERS)
    assert "national" not in CENTERS


def test_worked_examples_give_what_is_written(policy: Policy) -> None:
    assert list(failing_examples(policy)) == []
    assert len(policy.examples.interest) >= 3
    assert len(policy.examples.contributions) >= 3


@pytest.mark.mutants
def test_a_wrong_example_is_noticed(policy: Policy) -> None:
    interest = policy.examples.interest[0]
    settled = interest.settlements[0].model_copy(update={"interest_fen": 1})
    first, second, *_ = policy.examples.contributions
    wrong = policy.examples.model_copy(
        update={
            "contributions": (
                first.model_copy(update={"member_fen": 1, "employer_fen": 1}),
                second.model_copy(update={"base_applied_fen": 1}),
                second.model_copy(update={"month": "2016-06"}),
            ),
            "interest": (
                interest.model_copy(update={"interest_fen": 7}),
                interest.model_copy(update={"settlements": (settled,)}),
            ),
            "deadlines": (policy.examples.deadlines[0].model_copy(update={"due_on": DEMO_START}),),
            "hours": (policy.examples.hours[0].model_copy(update={"is_open": False}),),
        }
    )
    assert len(list(failing_examples(replace(policy, examples=wrong)))) == 8


def test_yuncheng_has_the_labels_its_manual_gives() -> None:
    yuncheng = load("yuncheng", REAL)
    assert yuncheng.identity.hotline == "12329"
    assert yuncheng.identity.copyright == "© 运城市住房公积金管理中心 2018"
    words = yuncheng.identity.sign_in
    assert (words.id_number, words.password) == ("请输入证件号码", "请输入密码")
    assert (words.submit, words.sign_up, words.forgot) == ("登录", "注册", "忘记密码")
    assert len(words.reminders) == 2
    assert [len(section.entries) for section in yuncheng.menu if section.title == "公积金"] == [14]
    retirement = yuncheng.services["withdrawals.retirement"]
    assert retirement.title == "退休提取"
    (step,) = retirement.steps
    labels = [field.label for field in step.fields]
    assert labels == [
        "个人账户号", "姓名", "身份证号", "单位名称", "手机号码", "账户状态", "账户余额",
        "销户利息",
        "销户本息合计", "提取原因", "收款账户号码", "收款账户名称", "所属银行名称", "查询时间",
    ]  # fmt: skip
    assert (step.code_label, step.code_button, step.button) == (
        "短信验证",
        "获取验证码",
        "提交申请",
    )
    assert yuncheng.account.fields[0].label == "个人账号"
    assert yuncheng.account.query_time == "查询时间"


def test_xishuangbanna_has_the_labels_its_manual_gives() -> None:
    banna = load("xishuangbanna", REAL)
    assert [section.title for section in banna.menu] == ["我的", "政策业务", "互动交流"]
    assert list(banna.banks) == ["103", "102", "105", "104", "402"]
    retirement = banna.services["withdrawals.retirement"]
    assert [step.page for step in retirement.steps] == [
        "record", "proof", "evidence", "proof", "confirm",
    ]  # fmt: skip
    buttons = [step.button for step in retirement.steps]
    assert buttons == ["申请离退休提取", "下一步", "离退休提取", "职工身份验证", "确认"]
    assert [(slot.label, slot.required) for slot in retirement.slots] == [
        ("现场照片", True), ("身份证正面", True), ("身份证背面", True),
    ]  # fmt: skip
    assert banna.account.query_time is None


def test_conditions_are_each_citys_own() -> None:
    asked = {
        center: set(load(center, REAL).services["withdrawals.retirement"].conditions)
        for center in ("yuncheng", "xishuangbanna")
    }
    only_in_banna = {
        "retirement.fund_loan_outstanding",
        "retirement.no_bound_card",
        "retirement.outside_service_hours",
    }
    assert asked["xishuangbanna"] - asked["yuncheng"] == only_in_banna
    assert asked["yuncheng"] - asked["xishuangbanna"] == {"retirement.no_receiving_card"}
    assert "retirement.another_case_live" in asked["yuncheng"] & asked["xishuangbanna"]


def test_a_third_city_needs_nothing_but_its_folder(centers: Path) -> None:
    shutil.copytree(centers / "yuncheng", centers / "third")
    (centers / "third" / "demo.yaml").unlink()
    shutil.rmtree(centers / "third" / "services")
    page = centers / "third/center.yaml"
    page.write_text(
        page.read_text("utf-8")
        .replace("运城市", "第三市")
        .replace(", service: withdrawals.retirement", ""),
        "utf-8",
    )
    assert set(centers_in(centers)) == {"third", *CENTERS}
    third = load("third", centers)
    assert third.identity.name == "第三市住房公积金管理中心"
    assert third.demo is None
    assert not third.services


def test_the_version_changes_with_any_byte(centers: Path) -> None:
    before = load("yuncheng", centers).version
    assert re.fullmatch(r"[0-9a-f]{64}", before)
    assert load("yuncheng", centers).version == before
    seen = {before}
    for folder in ("national", "yuncheng"):
        for file in sorted((centers / folder).rglob("*.*")):
            content = file.read_bytes()
            file.write_bytes(content + b"\n")
            seen.add(load("yuncheng", centers).version)
            file.write_bytes(content)
    files = [
        file for folder in ("national", "yuncheng") for file in (centers / folder).rglob("*.*")
    ]
    assert len(seen) == 1 + len(files)
    assert load("yuncheng", centers).version == before
    (centers / "xishuangbanna/center.yaml").write_bytes(b"x: y\n")
    assert load("yuncheng", centers).version == before


def test_the_version_changes_when_a_file_is_renamed_or_added(centers: Path) -> None:
    before = load("yuncheng", centers).version
    picture = centers / "yuncheng/logo.svg"
    shutil.copy(picture, centers / "yuncheng/logo2.svg")
    added = load("yuncheng", centers).version
    (centers / "yuncheng/logo2.svg").rename(centers / "yuncheng/logo3.svg")
    renamed = load("yuncheng", centers).version
    assert len({before, added, renamed}) == 3
    (centers / "yuncheng/.swp").write_bytes(b"an editor's own")
    assert load("yuncheng", centers).version == renamed


@pytest.fixture(scope="module")
def rate() -> Dated[Any]:
    return load("yuncheng", REAL).rates.deposit


@given(days=st.integers(min_value=0, max_value=20_000))
def test_a_value_holds_from_its_day_on(rate: Dated[Any], days: int) -> None:
    first, last = rate.values[0].day, rate.values[-1].day
    assert rate.on(last + timedelta(days=days)) == rate.values[-1]
    with pytest.raises(NotInForce):
        rate.on(first - timedelta(days=days + 1))


@given(
    changes=st.lists(st.integers(1, 3000), min_size=1, max_size=8, unique=True).map(sorted),
    asked=st.integers(0, 3100),
)
def test_the_last_value_before_a_day_holds_on_it(changes: list[int], asked: int) -> None:
    start = date(2020, 1, 1)
    written = {str(start + timedelta(days=at)): {"value": str(at), "basis": "试"} for at in changes}
    entry = {
        "says": "试",
        "unit": "count",
        "reviewed_on": start,
        "values": written,
    }
    value = read_dated(Document("made_up.yaml", {"made_up": entry}, {}), None).made_up
    on = start + timedelta(days=asked)
    held = [at for at in changes if at <= asked]
    if held:
        assert value.on(on).value == held[-1]
    else:
        with pytest.raises(NotInForce):
            value.on(on)


def test_one_policy_is_in_force_at_a_time() -> None:
    yuncheng, banna = (load(name, REAL) for name in ("yuncheng", "xishuangbanna"))
    with using(yuncheng):
        assert current() is yuncheng
        with using(banna) as inner:
            assert current() is inner is banna
        assert current() is yuncheng
        use(banna)
        assert current() is banna
    with using(None), pytest.raises(RuntimeError):  # type: ignore[arg-type]  # as before a start
        current()


def test_a_policy_does_not_change(policy: Policy) -> None:
    with pytest.raises(AttributeError):
        policy.center = "other"  # type: ignore[misc]  # that is the point
    with pytest.raises(ValueError, match="frozen"):
        policy.identity.name = "other"
    with pytest.raises(TypeError):
        policy.services["x.y"] = None  # type: ignore[index]  # that is the point
    with pytest.raises(AttributeError, match="no policy value is called nothing"):
        _ = policy.params.nothing


def test_a_cards_bank_is_named_as_exactly_as_we_can(policy: Policy) -> None:
    bank = policy.banks["105"]
    assert policy.bank_branch_name("105", bank.branches[0].code) == bank.branches[0].name
    assert policy.bank_branch_name("105", "10599") == bank.name
    assert policy.bank_branch_name("105") == bank.name
    with pytest.raises(KeyError):
        policy.bank_branch_name("999")


def test_the_centre_s_own_accounts(policy: Policy) -> None:
    assert policy.payer.use == "pays"
    assert policy.payer_account == policy.payer.number
    assert {each.use for each in policy.accounts.values()} == {"pays", "collects", "gains"}
    for code, account in policy.accounts.items():
        assert (str(account.ledger_id), account.subject) == (code, code[:3])


def test_checks_that_need_the_code_can_point_at_a_line(policy: Policy) -> None:
    file = "services/withdrawals.retirement.yaml"
    error = policy.problem(file, ("conditions", 1), "no such rule")
    lines = (REAL / policy.center / file).read_text("utf-8").splitlines()
    assert error.file == f"{REAL}/{policy.center}/{file}"
    asked = policy.services["withdrawals.retirement"].conditions[1]
    assert lines[error.line - 1].strip() == f"- {asked}"


def test_demo_people_are_plainly_fictional(policy: Policy) -> None:
    assert policy.demo is not None
    codes = {member.code for member in policy.demo.members}
    assert {"green", "card_new", "active", "loan", "no_card"} <= codes
    for member in policy.demo.members:
        assert member.id_number[2:6] == "9999", "a county code that is assigned to nobody"
        assert re.fullmatch(r"1990000[0-9]{4}", member.phone)
        assert "示例" in member.name
        assert birth_date(member.id_number) < date(2000, 1, 1)
        assert member.card is None or member.card.number.startswith("629999")
        if member.account.sealed_on:
            assert member.account.sealed_on < DEMO_START
    for staff in policy.demo.staff:
        assert "演示" in staff.name
    hours = policy.params.card_age_hours_min.on(DEMO_START).value
    ages = {m.code: m.card.bound_hours_before for m in policy.demo.members if m.card}
    assert ages["green"] >= hours > ages["card_new"]
