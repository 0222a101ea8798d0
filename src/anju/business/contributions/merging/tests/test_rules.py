"""Every guard of a merge, met and unmet; no database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anju.business.contributions.merging.facts import MergingFacts, OtherAccount, record, tidied
from anju.business.contributions.merging.rules import RULES
from anju.business.contributions.stopping.tests.test_rules import NOBODY
from anju.business.contributions.stopping.tests.test_rules import facts as member
from anju.business.withdrawals.retirement.tests.cast import AT
from anju.business.withdrawals.retirement.tests.test_rules import account
from anju.domain.money import yuan
from anju.domain.rules import Outcome, evaluate

BY_CODE = {rule.code: rule for rule in RULES}
MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
OTHER = OtherAccount(
    account_no="A2", account=account(state="sealed"), name="*示", id_number="149999********0984",
    employer_name="演示·水文站", same_person=False, same_name=True,
    sealed=True, list_unpaid="", live_case="", has_loan=False,
)  # fmt: skip


def asked(**other):
    """Two accounts, of which the other is sealed and free."""
    return replace(MergingFacts(member(), "A2", OTHER, False), **other)


def of_other(**changed):
    return asked(other=replace(OTHER, **changed))


def of_account(**changed):
    return of_other(account=account(**{"state": "sealed", **changed}))


NOTHING = asked(entered="", other=None)
NO_SUCH = asked(other=None)
CASES = [
    ("merging.account_ending", asked(), MET, "正常缴存"),
    ("merging.account_ending", asked(who=member(state="sealed")), MET, "已封存"),
    ("merging.account_ending", asked(who=member(state="closing")), UNMET, "正在办理销户"),
    ("merging.account_ending", asked(who=member(**NOBODY)), UNMET, "没有个人账户"),
    ("merging.another_case_live", asked(), MET, "没有在办"),
    ("merging.another_case_live", asked(who=member(another_case="HB1")), UNMET, "业务 HB1"),
    ("merging.other_unknown", asked(), MET, "A2"),
    ("merging.other_unknown", NO_SUCH, UNMET, "没有账号 A2"),
    ("merging.other_unknown", NOTHING, UNKNOWN, "还没有填写"),
    ("merging.other_is_this", asked(), MET, "另一个账户"),
    ("merging.other_is_this", of_other(same_person=True), UNMET, "账户本身"),
    ("merging.other_is_this", NO_SUCH, MET, "没有账号"),
    ("merging.other_is_this", NOTHING, UNKNOWN, "还没有填写"),
    ("merging.other_ending", asked(), MET, "已封存"),
    ("merging.other_ending", of_account(state="closing"), UNMET, "正在办理销户"),
    ("merging.other_ending", of_account(state="closed"), UNMET, "已销户"),
    ("merging.other_name_differs", asked(), MET, "姓名相同"),
    ("merging.other_name_differs", of_other(same_name=False), UNMET, "登记为其他姓名"),
    ("merging.other_paid_into", asked(), MET, "已封存"),
    ("merging.other_paid_into", of_other(sealed=False), UNMET, "仍在为它汇缴"),
    ("merging.other_paid_into", of_account(state="open"), UNMET, "封存"),
    ("merging.other_list_unpaid", asked(), MET, "没有在途"),
    ("merging.other_list_unpaid", of_other(list_unpaid="HJ1"), UNMET, "清册 HJ1"),
    ("merging.other_frozen", asked(), MET, "没有冻结"),
    ("merging.other_frozen", of_account(frozen=1), UNMET, "冻结"),
    ("merging.other_frozen", of_account(frozen_whole=True), UNMET, "冻结"),
    ("merging.other_case_live", asked(), MET, "没有在办"),
    ("merging.other_case_live", of_other(live_case="TX1"), UNMET, "业务 TX1"),
    ("merging.other_case_live", of_account(held=5), UNMET, "没有在办"),
    ("merging.other_has_loan", asked(), MET, "没有贷款"),
    ("merging.other_has_loan", of_other(has_loan=True), UNMET, "贷款未结清"),
    ("merging.year_unsettled", asked(), MET, "已入账"),
    ("merging.year_unsettled", asked(year_unsettled=True), UNMET, "还没有入账"),
]


def test_every_guard_says_what_it_saw_and_how_it_is_mended():
    outcomes = set()
    for code, given, outcome, saw in CASES:
        (found,) = evaluate([BY_CODE[code]], given, None, AT)
        assert (found.outcome, saw in found.saw) == (outcome, True), (code, found)
        assert found.met or found.mended_by
        outcomes.add((code, found.outcome))
    assert outcomes >= {(code, outcome) for code in BY_CODE for outcome in (MET, UNMET)}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (asked(), ["*示 149999********0984", "演示·水文站", f"{yuan(OTHER.account.balance)} 元"]),
        (of_account(state="closed"), ["*示 149999********0984", "演示·水文站", "已销户"]),
        (NOTHING, ["—"] * 3),
        (NO_SUCH, ["—"] * 3),
        (of_other(same_name=False), ["—"] * 3),
    ],
)
def test_what_goes_is_shown_and_nothing_of_a_stranger(given, shown, city):
    city("yuncheng")
    texts = record(given, None, AT)
    assert [texts[f"other_{each}"] for each in ("person", "employer", "balance")] == shown


def test_a_number_is_tidied():
    assert tidied({"other_account_no": " a12 34 "})["other_account_no"] == "A1234"
