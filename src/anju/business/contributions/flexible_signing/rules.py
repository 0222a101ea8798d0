"""When somebody may pay for himself: pure claims, each with its basis and its words."""

from datetime import datetime
from typing import Any

from anju import policy as policies
from anju.business.contributions.flexible.term_rules import in_force, term_rules
from anju.business.contributions.flexible_signing.facts import SigningFacts, number_problem
from anju.business.contributions.stopping.rules import account_seen
from anju.domain.calendar import SHANGHAI, add_months
from anju.domain.contribution import month_words
from anju.domain.rules import Rule, Ruling

_CENTER = "本中心灵活就业人员缴存规定"
_ONE_ACCOUNT = "《住房公积金管理条例》第十三条：每个职工只能有一个住房公积金账户"


def number_is_right(facts: SigningFacts, policy: Any, at: datetime) -> bool | None:
    """The ID number can be one."""
    if not facts.id_number:
        return None
    return number_problem(facts, at.astimezone(SHANGHAI).date()) is None


def nobody_pays_into_it(facts: SigningFacts, policy: Any, at: datetime) -> bool | None:
    """There is no account, or it is sealed."""
    if facts.terms is None:
        return None
    return not facts.has_account or (facts.account is not None and facts.account.state == "sealed")


def month_is_within_reach(facts: SigningFacts, policy: Any, at: datetime) -> bool | None:
    """The first month is this one or one that may be paid ahead, and is not paid yet."""
    terms = facts.terms
    if terms is None:
        return None
    today = at.astimezone(SHANGHAI).date().replace(day=1)
    ahead = policies.contribution_terms(policy).months_ahead.on(today).value
    paid = facts.enrolment.paid_through if facts.enrolment and facts.has_account else None
    return (
        today <= terms.first_month <= add_months(today, max(ahead, 1))
        and in_force(terms.first_month, policy)
        and (paid is None or paid < terms.first_month)
    )


def _saw_month(facts: SigningFacts) -> str:
    if facts.terms is None:
        return "还没有填写"
    paid = facts.enrolment.paid_through if facts.enrolment and facts.has_account else None
    before = f"，已缴至 {month_words(paid)}" if paid is not None else ""
    return f"首次缴存年月 {month_words(facts.terms.first_month)}{before}"


def _saw_account(facts: SigningFacts) -> str:
    return account_seen(facts.account) if facts.id_number else "还没有填写"


_rule = Ruling[SigningFacts]("flexible_signing", basis=_CENTER, source="录入内容").rule

RULES: tuple[Rule[SigningFacts], ...] = (
    _rule(
        "number_wrong",
        number_is_right,
        lambda facts: f"证件号码 {len(facts.id_number)} 位" if facts.id_number else "还没有填写",
        says="证件号码符合编码规则",
        fails="证件号码不符合编码规则",
        mended_by="请对照身份证逐位核对",
        basis="《公民身份号码》（GB 11643—1999）",
    ),
    _rule(
        "name_differs",
        lambda facts, policy, at: facts.same_name,
        lambda facts: "与登记的姓名相同" if facts.same_name else "与登记的姓名不同",
        says="姓名与登记的相同，或者还没有登记",
        fails="这个证件号码登记的是另一个姓名",
        mended_by="请核对姓名；登记有误的，先办理个人信息变更",
        source="人员登记",
    ),
    _rule(
        "paid_by_employer",
        nobody_pays_into_it,
        _saw_account,
        says="没有单位为本人缴存",
        fails="单位正在为本人缴存，或者账户正在办理销户",
        mended_by="请先由单位办理封存；正在销户的，请等办结",
        basis=_ONE_ACCOUNT,
        source="个人账户",
    ),
    _rule(
        "agreement_exists",
        lambda facts, policy, at: not facts.agreement,
        lambda facts: f"协议 {facts.agreement}" if facts.agreement else "没有灵活就业缴存协议",
        says="没有灵活就业缴存协议",
        fails="本人已经有灵活就业缴存协议",
        mended_by="要改变缴存方式的，请办理灵活就业缴存变更",
        source="灵活就业缴存协议",
    ),
    _rule(
        "first_month_out_of_reach",
        month_is_within_reach,
        _saw_month,
        says="首次缴存年月是本月或可以预缴的月份，没有缴过",
        fails="首次缴存年月已经过去、太早或者已经缴过",
        mended_by="请填写本月或者下个月，并在已缴年月之后",
    ),
    *term_rules("flexible_signing"),
    _rule(
        "another_case_live",
        lambda facts, policy, at: facts.another_case is None,
        lambda facts: f"业务 {facts.another_case}" if facts.another_case else "没有在办的协议",
        says="没有其他在办的灵活就业缴存",
        fails="本人有一笔灵活就业缴存正在办理",
        mended_by="请等这笔业务办结，或先撤回它",
        source="业务进度",
    ),
)
