"""When an account may be frozen: pure claims, each with its basis and its words."""

from datetime import datetime
from typing import Any

from anju.business.contributions.freezing.facts import FreezingFacts
from anju.domain.calendar import SHANGHAI
from anju.domain.rules import Rule, Ruling

_LAW = "《中华人民共和国民事诉讼法》第二百五十三条：人民法院决定冻结，有关单位必须办理"
_CENTER = "本中心协助冻结规定"


def paper_is_new(facts: FreezingFacts, policy: Any, at: datetime) -> bool | None:
    """This paper has not frozen the account before."""
    return not facts.is_known if facts.doc_no else None


def last_day_is_ahead(facts: FreezingFacts, policy: Any, at: datetime) -> bool | None:
    """The freeze is not over already."""
    if not facts.doc_no:
        return None
    return facts.until is None or facts.until >= at.astimezone(SHANGHAI).date()


def _saw_until(facts: FreezingFacts) -> str:
    if not facts.doc_no:
        return "还没有填写"
    return f"期限至{facts.until:%Y年%m月%d日}" if facts.until is not None else "没有期限"


_rule = Ruling[FreezingFacts]("freezing", basis=_LAW).rule

RULES: tuple[Rule[FreezingFacts], ...] = (
    _rule(
        "account_closed",
        lambda facts, policy, at: not facts.is_closed,
        lambda facts: "个人账户已销户" if facts.is_closed else "个人账户没有销户",
        says="个人账户没有销户",
        fails="没有可以冻结的个人账户",
        mended_by="请在回执上注明账户已销户，退回作出冻结的机关",
        source="个人账户",
    ),
    _rule(
        "another_case_live",
        lambda facts, policy, at: facts.who.another_case is None,
        lambda facts: (
            f"业务 {facts.who.another_case}" if facts.who.another_case else "没有在办的冻结"
        ),
        says="没有其他在办的冻结",
        fails="这个账户有一笔冻结正在办理",
        mended_by="请先办结或撤回那一笔，再录入这份文书",
        source="业务进度",
        basis=_CENTER,
    ),
    _rule(
        "paper_used",
        paper_is_new,
        lambda facts: f"文书 {facts.doc_no}" if facts.doc_no else "还没有填写",
        says="这份文书没有办理过冻结",
        fails="这份文书已经办理过冻结",
        mended_by="请核对文书号；续行冻结的，请填写续行冻结的文书号",
        source="录入内容",
        basis=_CENTER,
    ),
    _rule(
        "already_over",
        last_day_is_ahead,
        _saw_until,
        says="冻结期限没有过去",
        fails="冻结期限已经过去",
        mended_by="请按文书核对冻结期限",
        source="录入内容",
    ),
)
