"""When a freeze may end: pure claims, each with its basis and its words."""

from datetime import datetime
from typing import Any

from anju.business.contributions.freezing.facts import freezes_text
from anju.business.contributions.unfreezing.facts import UnfreezingFacts
from anju.domain.money import yuan
from anju.domain.rules import Rule, Ruling

_CENTER = "本中心协助冻结规定"


def names_a_freeze(facts: UnfreezingFacts, policy: Any, at: datetime) -> bool | None:
    """What was entered names a freeze of this account that is not over."""
    return facts.freeze is not None if facts.frozen_doc_no else None


def leaves_a_rest(facts: UnfreezingFacts, policy: Any, at: datetime) -> bool | None:
    """A part is less than what was frozen; of a whole account no part is known."""
    if facts.freeze is None:
        return None
    if facts.amount is None:
        return True
    return facts.freeze.amount is not None and facts.amount < facts.freeze.amount


def _part(facts: UnfreezingFacts) -> str:
    if facts.amount is None:
        return "全部解除"
    frozen = facts.freeze.part if facts.freeze else "没有找到冻结"
    return f"解除 {yuan(facts.amount)} 元，{frozen}"


_rule = Ruling[UnfreezingFacts]("unfreezing", basis=_CENTER).rule

RULES: tuple[Rule[UnfreezingFacts], ...] = (
    _rule(
        "nothing_frozen",
        lambda facts, policy, at: bool(facts.live),
        lambda facts: freezes_text(facts.live),
        says="个人账户有冻结",
        fails="个人账户没有冻结",
        mended_by="不需要解冻；冻结期满的已经自动解除",
        source="个人账户",
    ),
    _rule(
        "another_case_live",
        lambda facts, policy, at: facts.who.another_case is None,
        lambda facts: (
            f"业务 {facts.who.another_case}" if facts.who.another_case else "没有在办的解冻"
        ),
        says="没有其他在办的解冻",
        fails="这个账户有一笔解冻正在办理",
        mended_by="请先办结或撤回那一笔，再录入这份文书",
        source="业务进度",
    ),
    _rule(
        "freeze_unknown",
        names_a_freeze,
        lambda facts: facts.freeze.text if facts.freeze else facts.frozen_doc_no or "还没有填写",
        says="找到了要解除的冻结",
        fails="没有这个机关用这份文书作出的冻结",
        mended_by="请按现有冻结核对冻结机关和原冻结文书号",
        source="录入内容",
    ),
    _rule(
        "no_part",
        leaves_a_rest,
        _part,
        says="解除的金额在冻结的金额以内",
        fails="解除的金额不是冻结金额的一部分",
        mended_by="全部解除的不填金额；冻结全部余额的只能整笔解除，改为冻结部分金额的请先录入新的冻结文书",
        source="录入内容",
    ),
    _rule(
        "paper_known",
        lambda facts, policy, at: not facts.is_known if facts.frozen_doc_no else None,
        lambda facts: "这份文书已经录入过" if facts.is_known else "没有录入过",
        says="解冻文书没有用过",
        fails="这份文书已经冻结过这个账户",
        mended_by="剩余的冻结以解冻文书为准，请核对解冻文书号",
        source="录入内容",
    ),
)
