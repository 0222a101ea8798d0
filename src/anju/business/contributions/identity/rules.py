"""When a member's data may be changed: pure claims, each with its basis and its words."""

from datetime import datetime
from typing import Any

from anju.business.contributions.identity.facts import IdentityFacts
from anju.business.contributions.stopping.rules import account_seen
from anju.domain.calendar import SHANGHAI
from anju.domain.identifiers import id_number_problem
from anju.domain.rules import Rule

_REGULATION = "《住房公积金管理条例》第十三条"
_CENTER = "本中心个人信息变更业务规定"
_LABELS = {"name": "姓名", "id_number": "证件号码", "phone": "手机号码"}


def account_lives(facts: IdentityFacts, policy: Any, at: datetime) -> bool:
    """The account is not closed."""
    return facts.account is not None and facts.account.state in ("open", "sealed")


def changes_something(facts: IdentityFacts, policy: Any, at: datetime) -> bool | None:
    """Something that was entered is another than what stands."""
    return bool(facts.changed) if facts.entered else None


def number_is_right(facts: IdentityFacts, policy: Any, at: datetime) -> bool | None:
    """The new ID number can be one."""
    if not facts.entered:
        return None
    number = facts.id_number
    return not number or id_number_problem(number, at.astimezone(SHANGHAI).date()) is None


def number_is_nobody_elses(facts: IdentityFacts, policy: Any, at: datetime) -> bool:
    """No other person is registered under the new ID number."""
    return facts.number_of is None


def phone_is_not_his_own_business(facts: IdentityFacts, policy: Any, at: datetime) -> bool:
    """Who has a login changes the phone himself: codes are sent to it."""
    return not (facts.person.has_login and "phone" in facts.changed)


def _saw_changes(facts: IdentityFacts) -> str:
    if not facts.entered:
        return "还没有填写"
    return "、".join(_LABELS[each] for each in facts.changed) or "与登记的相同"


RULES: tuple[Rule[IdentityFacts], ...] = (
    Rule(
        code="identity.account_ending",
        holds=account_lives,
        says="个人账户没有销户",
        fails="个人账户已销户或正在办理销户",
        basis=_CENTER,
        saw=lambda facts: account_seen(facts.account),
        source="个人账户",
        mended_by="请携身份证件到管理部办理",
    ),
    Rule(
        code="identity.another_case_live",
        holds=lambda facts, policy, at: facts.another_case is None,
        says="没有其他在办的个人信息变更",
        fails="这名职工有一笔个人信息变更正在办理",
        basis=_CENTER,
        saw=lambda facts: f"业务 {facts.another_case}" if facts.another_case else "没有在办的变更",
        source="业务进度",
        mended_by="请等这笔业务办结，或先撤回它",
    ),
    Rule(
        code="identity.nothing_changes",
        holds=changes_something,
        says="填写的内容与登记的不同",
        fails="填写的内容与登记的相同",
        basis=_CENTER,
        saw=_saw_changes,
        source="录入内容",
        mended_by="只填写要变更的内容，并核对是否填对",
    ),
    Rule(
        code="identity.number_wrong",
        holds=number_is_right,
        says="新的证件号码符合编码规则",
        fails="新的证件号码不符合编码规则",
        basis="《公民身份号码》（GB 11643—1999）",
        saw=lambda facts: (
            f"新的证件号码 {len(facts.id_number)} 位" if facts.id_number else "不变更"
        ),
        source="录入内容",
        mended_by="请对照身份证逐位核对",
    ),
    Rule(
        code="identity.number_taken",
        holds=number_is_nobody_elses,
        says="新的证件号码没有登记在别人名下",
        fails="新的证件号码已登记在另一人名下",
        basis=_REGULATION,
        saw=lambda facts: "没有登记过" if facts.number_of is None else "已登记",
        source="人员登记",
        mended_by="请核对号码；同一人有两个账户的，到管理部办理合并",
    ),
    Rule(
        code="identity.phone_is_his_own",
        holds=phone_is_not_his_own_business,
        says="手机号码可以由单位或柜面变更",
        fails="该职工已开通网上服务，手机号码由本人变更",
        basis=_CENTER,
        saw=lambda facts: "已开通网上服务" if facts.person.has_login else "未开通网上服务",
        source="人员登记",
        mended_by="请职工本人登录后在安全设置中变更",
    ),
)
