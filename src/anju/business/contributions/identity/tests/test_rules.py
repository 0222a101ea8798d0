"""Every guard of a change of data, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anju.business.contributions.identity.facts import IdentityFacts, tidied
from anju.business.contributions.identity.rules import RULES
from anju.business.withdrawals.retirement.tests.cast import AT
from anju.business.withdrawals.retirement.tests.test_rules import account, enrolment
from anju.business.withdrawals.retirement.tests.test_rules import facts as retired
from anju.cases.records import Mistakes
from anju.domain.identifiers import id_check_digit
from anju.domain.rules import Outcome, evaluate

BY_CODE = {rule.code: rule for rule in RULES}
FIRST17 = "14999919660315077"
NUMBER = FIRST17 + id_check_digit(FIRST17)
NOBODY = {"enrolment": None, "account": None}


def facts(*, has_login=False, state="open", **other):
    """A member whose name was mistyped."""
    return replace(
        IdentityFacts(
            person=replace(retired().person, has_login=has_login),
            full_name="演示·李华",
            enrolment=enrolment(),
            account=account(state=state),
            name="演示·李骅",
            id_number="",
            phone="",
            entered=True,
            changed=("name",),
            number_of=None,
            another_case=None,
        ),
        **other,
    )


BEFORE = {"entered": False, "changed": (), "name": ""}
CASES = [
    ("identity.account_ending", facts(), "没有销户", "正常缴存"),
    ("identity.account_ending", facts(state="sealed"), "没有销户", "已封存"),
    ("identity.account_ending", facts(state="closing"), "正在办理销户", "正在办理销户"),
    ("identity.account_ending", facts(**NOBODY), "已销户", "没有个人账户"),
    ("identity.another_case_live", facts(), "没有其他在办", "没有在办"),
    ("identity.another_case_live", facts(another_case="GB1"), "正在办理", "业务 GB1"),
    ("identity.nothing_changes", facts(), "与登记的不同", "姓名"),
    ("identity.nothing_changes", facts(changed=()), "与登记的相同", "相同"),
    ("identity.nothing_changes", facts(**BEFORE), "暂时无法核实", "还没有填写"),
    ("identity.number_wrong", facts(), "符合编码规则", "不变更"),
    ("identity.number_wrong", facts(id_number=NUMBER), "符合编码规则", "18 位"),
    ("identity.number_wrong", facts(id_number=NUMBER[:17] + "%"), "不符合", "18 位"),
    ("identity.number_wrong", facts(id_number="123"), "不符合", "3 位"),
    ("identity.number_wrong", facts(**BEFORE), "暂时无法核实", "不变更"),
    ("identity.number_taken", facts(), "没有登记在别人名下", "没有登记过"),
    ("identity.number_taken", facts(number_of=7), "已登记在另一人名下", "已登记"),
    ("identity.phone_is_his_own", facts(has_login=True), "可以由单位", "已开通"),
    ("identity.phone_is_his_own", facts(changed=("phone",)), "可以由单位", "未开通"),
    (
        "identity.phone_is_his_own",
        facts(has_login=True, changed=("name", "phone")),
        "由本人变更",
        "已开通",
    ),
]


@pytest.mark.parametrize(("code", "given", "says", "saw"), CASES)
def test_a_guard_says_what_it_saw(code, given, says, saw):
    (found,) = evaluate([BY_CODE[code]], given, None, AT)
    assert says in found.says
    assert saw in found.saw
    assert found.met is (BY_CODE[code].says == found.says)


def test_every_guard_is_met_and_unmet_above():
    seen = {
        (code, evaluate([BY_CODE[code]], given, None, AT)[0].outcome) for code, given, *_ in CASES
    }
    for code in BY_CODE:
        assert {(code, Outcome.MET), (code, Outcome.UNMET)} <= seen, code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"name": "甲"}, {"name": "甲", "id_number": "", "phone": ""}),
        ({"id_number": "１４9999-x"}, {"name": "", "id_number": "149999X", "phone": ""}),
        ({"phone": "+86 199 0000 0001"}, {"name": "", "id_number": "", "phone": "19900000001"}),
    ],
)
def test_what_is_typed_is_tidied(typed, kept):
    assert tidied({"name": "", "id_number": "", "phone": "", **typed}) == kept


@pytest.mark.parametrize(("typed", "field"), [({}, "name"), ({"phone": "0359-2059100"}, "phone")])
def test_what_cannot_be_is_said_beside_its_field(typed, field):
    answer = tidied({"name": "", "id_number": "", "phone": "", **typed})
    assert isinstance(answer, Mistakes)
    assert list(answer.errors) == [field]
