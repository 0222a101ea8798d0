"""What forbids an act upon contributions, guard by guard, and the test that turns each over.

The words are those in which the business knows a guard; a code is the rule's, empty where the guard
is a function or the database's own. A guard whose rule or test is gone fails here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from anju.config.environment import CHECKOUT

AREA = "src/anju/business/contributions/"
OPENING = f"{AREA}tests/test_opening_rules.py::test_every_rule_at_its_edge"
CLOSING = f"{AREA}employer_closing/tests/test_rules.py::test_every_guard"
ROSTER = f"{AREA}rosters/tests/test_rosters.py::test_each_row_says_what_is_wrong_with_it"
BOOKS = f"{AREA}rosters/tests/test_rosters.py::test_what_the_books_have_against_a_row_is_said"
PEOPLE = f"{AREA}people/tests/test_rules.py::"
MOVING = f"{AREA}people/tests/test_moving.py::"
ADJUSTING = f"{AREA}adjusting/tests/test_rules.py::"
ADJUSTED = f"{AREA}adjusting/tests/test_adjusting.py::"
REMITTING = f"{AREA}tests/test_remitting.py::"
CONFIRMING = f"{REMITTING}test_every_wrong_confirmation_is_refused_with_all_its_reasons"
BACK = f"{AREA}backpaying/tests/test_reckoning.py::"
DEFERRING = f"{AREA}deferring/tests/test_rules.py::test_every_guard"
LOWERING = f"{AREA}lowering/tests/test_rules.py::test_every_guard"
CORRECTING = f"{AREA}correcting/tests/test_rules.py::test_every_guard"
REVERSING = f"{AREA}reversing/tests/test_rules.py::test_every_guard"
REFUNDING = f"{AREA}refunding/tests/test_rules.py::test_every_guard"
FREEZING = f"{AREA}freezing/tests/test_rules.py::test_a_guard_says_what_it_saw"
NUMBERS = "src/anju/domain/tests/test_identifiers.py::"
MONTHS = "src/anju/domain/tests/test_contribution.py::"
RUN = "src/anju/domain/tests/test_consecutive.py::"
MONTHS_IN_ROW = f"{AREA}tests/test_consecutive.py::"


class Guard(NamedTuple):
    """One guard: in words, by its rules' codes, and the test that meets and breaks it."""

    says: str
    codes: str
    test: str


GUARDS = (
    # -- opening and closing an employer's account
    Guard("名称或地址与未销户的单位重复", "name_taken address_taken", OPENING),
    Guard("一个代码一个未销户的账户", "account_exists bad_uscc", OPENING),
    Guard(
        "首次汇缴年月不早于设立", "first_month_before_founding first_month_out_of_reach", OPENING
    ),
    Guard("缴存比例在区间之内", "member_ratio_outside employer_ratio_outside", OPENING),
    Guard(
        "人均工资在最低工资和三倍社平工资之间",
        "average_below_minimum average_above_cap wages_without_people",
        OPENING,
    ),
    Guard("发薪日 1 至 31，汇缴期限随之", "bad_payday", OPENING),
    Guard("汇缴期限为发薪日后数日", "", f"{MONTHS}test_a_month_is_due_some_days_after_payday"),
    Guard("开通网厅须有经办人", "no_agent", OPENING),
    Guard(
        "单位名称中没有空格",
        "",
        f"{AREA}counter_opening/tests/test_rules.py::test_what_is_typed",
    ),
    Guard("还有未分摊，不能销户", "unallocated_left", CLOSING),
    Guard("还有职工没有转走，不能销户", "people_left", CLOSING),
    Guard("个人账户还有余额，不能销户", "balance_left", CLOSING),
    Guard(
        "单位账户状态只按规定变动",
        "",
        "src/anju/domain/tests/test_employer_account.py::test_every_step",
    ),
    # -- numbers
    Guard("统一社会信用代码校验码", "", f"{NUMBERS}test_wrong_credit_codes_are_explained"),
    Guard("身份证号码校验码和出生日期", "", f"{NUMBERS}test_wrong_numbers_are_explained"),
    Guard("十五位旧号码", "", f"{NUMBERS}test_old_numbers_become_the_new_ones"),
    Guard("银行卡号校验", "", f"{NUMBERS}test_wrong_cards_are_explained"),
    Guard("手机号码", "", f"{NUMBERS}test_wrong_phones_are_explained"),
    # -- members' accounts
    Guard("在其他单位没有封存", "account.elsewhere", BOOKS),
    Guard("已在本单位缴存或封存", "account.here account.sealed_here", BOOKS),
    Guard("姓名与证件号码登记的不一致", "name.other", BOOKS),
    Guard("不早于单位的首次汇缴年月", "first_month.before_employer", ROSTER),
    Guard("晚于本人缴至年月", "first_month.paid", BOOKS),
    Guard(
        "已汇缴的月份开户，产生补缴",
        "",
        f"{AREA}rosters/tests/test_rosters.py::"
        "test_months_the_employer_has_remitted_are_then_missing_and_paid_back",
    ),
    Guard("封存不进已缴的月份，先更正错缴", "month.paid", f"{PEOPLE}test_sealing"),
    Guard("封存不越过未缴的月份", "month.ahead month.past", f"{PEOPLE}test_sealing"),
    Guard("在待缴款清册中不能封存", "list.waiting", f"{PEOPLE}test_sealing"),
    Guard("启封年月晚于缴至年月", "month.paid", f"{PEOPLE}test_unsealing"),
    Guard("单位封存的不能启封职工", "employer.sealed", f"{PEOPLE}test_unsealing"),
    Guard("退休停缴的不能启封", "stop.retired", f"{PEOPLE}test_unsealing"),
    Guard("没有封存的不能转出", "account.open", f"{MOVING}test_whom_one_cannot_offer"),
    # -- bases, ratios, rounding
    Guard("基数上下限", "", f"{MONTHS}test_a_month_as_a_whole"),
    Guard("两部分分别舍入再相加", "", f"{MONTHS}test_parts_are_rounded_before_they_are_added"),
    Guard("舍入到元、角、分，四舍五入、进一、舍去", "", f"{MONTHS}test_one_part_is_rounded_once"),
    Guard(
        "比例从应汇缴年月起，一年度规定次数",
        "not_from_now_on changed_this_year ratio_unlawful nothing_changes",
        f"{ADJUSTING}test_when_ratios_may_change",
    ),
    Guard(
        "有清册或调整未办结的，不能再调整",
        "another_lives list_unpaid",
        f"{ADJUSTING}test_when_an_adjustment_may_begin",
    ),
    Guard(
        "基数调整包括全部在缴职工，在办理期内",
        "people_changed window_closed",
        f"{ADJUSTING}test_when_it_may_be_confirmed",
    ),
    Guard(
        "封存的职工不调整基数", "nobody_to_adjust", f"{ADJUSTING}test_when_an_adjustment_may_begin"
    ),
    Guard("降低比例不低于下限、有期限", "not_lower ratio_unlawful too_long", LOWERING),
    # -- lists and their money
    Guard("清册依次，不能提前", "not_the_next_month month_ahead", CONFIRMING),
    Guard("只有正常、开户、缓缴的单位汇缴", "account_does_not_remit", CONFIRMING),
    Guard(
        "有未缴款清册的不再核定",
        "list_unpaid",
        f"{REMITTING}test_a_second_list_and_a_sealed_account_are_refused",
    ),
    Guard(
        "基数调整中不核定清册",
        "base_adjustment_open",
        f"{ADJUSTED}test_lists_and_adjustments_exclude_each_other",
    ),
    Guard(
        "少缴不分摊，多缴留作未分摊",
        "",
        f"{REMITTING}test_too_little_waits_and_is_topped_up_and_too_much_stays",
    ),
    Guard(
        "不明来款挂账，人工指定",
        "",
        "src/anju/business/treasury/tests/test_receipts.py::test_allocated_to_an_employer_by_two_people",
    ),
    Guard(
        "银行冲正：未分摊的冲回，已分摊的列为异常",
        "",
        f"{REMITTING}test_a_reversal_after_the_allocation_is_owed_and_a_part_that_is_left_does_not_hide_it",
    ),
    Guard(
        "同一清册付两次，只分摊一次",
        "",
        f"{AREA}tests/test_at_once.py::test_one_list_and_right_books_whatever_comes_first",
    ),
    Guard("未分摊余额不足，不能退款", "more_than_waits more_than_came", REFUNDING),
    # -- back payments, deferrals, corrections, reversals, freezes
    Guard(
        "补缴不晚于缴至年月，缓缴的月份以缓缴补缴",
        "months_not_remitted months_deferred",
        f"{BACK}test_every_rule_at_its_edge",
    ),
    Guard(
        "补缴不超过当月限额",
        "",
        f"{BACK}test_with_what_was_paid_it_is_never_more_than_the_month_allows",
    ),
    Guard(
        "补缴跨越调整，每月按当月的限额",
        "",
        f"{BACK}test_a_policy_that_switches_gives_each_month_its_own_limits",
    ),
    Guard("缓缴从应汇缴年月起", "not_the_due_month months_not_in_order", DEFERRING),
    Guard("缓缴有最长月数，不能重叠", "too_long already_deferred", DEFERRING),
    Guard("因亏损缓缴的说明亏损", "loss_not_told", DEFERRING),
    Guard("只更正最近汇缴的月份", "months_not_latest months_too_many", CORRECTING),
    Guard("余额不足不能更正", "balance_short", CORRECTING),
    Guard("只冲正最后一期，以后没有变动", "list_not_last corrected_since people_moved", REVERSING),
    Guard("冻结凭一份没有用过的文书", "paper_used already_over", FREEZING),
    Guard(
        "冻结随账户转移，不妨碍变更单位",
        "",
        f"{MOVING}test_a_freeze_goes_with_the_account_and_neither_employer_learns_of_it",
    ),
    # -- consecutive months
    Guard(
        "冲正和退回的月份不计入连续缴存",
        "",
        f"{AREA}correcting/tests/test_correcting.py::"
        "test_a_month_given_back_is_none_of_those_without_a_gap_and_a_part_leaves_it",
    ),
    Guard("连续缴存到当月或者上月为止", "", f"{RUN}test_it_ends_with_this_month_or_the_one_before"),
    Guard("入账了才计入", "", f"{MONTHS_IN_ROW}test_a_confirmed_month_counts_once_it_is_booked"),
    Guard(
        "事后补缴是否计入由政策定", "", f"{MONTHS_IN_ROW}test_which_back_payments_count_is_policy"
    ),
)


def missing(guard: Guard) -> list[str]:
    """What of a guard is not where the table says."""
    path, _, name = guard.test.partition("::")
    file = CHECKOUT / path
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    found = [] if re.search(rf"^def {name}\(", text, re.MULTILINE) else [guard.test]
    return found + [
        code for code in guard.codes.split() if not re.search(rf'["._]{re.escape(code)}"', text)
    ]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.says)
def test_a_guard_has_its_rule_and_its_test(guard):
    assert missing(guard) == []


def test_each_guard_stands_once():
    assert len({guard.says for guard in GUARDS}) == len(GUARDS)


def test_what_is_gone_is_missed():
    gone = Guard("没有", "no_such_rule", f"{REMITTING}test_of_nothing")
    assert missing(gone) == [gone.test, "no_such_rule"]
