"""When an employer's money may go back to it: pure claims, each with its basis and its words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from anju.business.contributions.refunding.facts import RefundingFacts
from anju.domain.money import yuan
from anju.domain.rules import Rule, Ruling

_CENTER = "本中心暂收款管理规定"
_ACCOUNT, _RECEIPTS = "单位账户", "来款登记"


def _of_receipt(
    holds: Callable[[RefundingFacts], bool],
) -> Callable[[RefundingFacts, Any, datetime], bool | None]:
    return lambda facts, policy, at: None if facts.came is None else holds(facts)


def _saw_receipt(facts: RefundingFacts) -> str:
    if facts.came is not None:
        return f"来款 {facts.came.reference}，{yuan(facts.came.amount_fen)} 元"
    return f"编号 {facts.receipt}" if facts.receipt else "还没有填写"


_rule = Ruling[RefundingFacts]("refunding", basis=_CENTER, source=_RECEIPTS).rule

RULES: tuple[Rule[RefundingFacts], ...] = (
    _rule(
        "another_case_live",
        lambda facts, policy, at: facts.another_case is None,
        lambda facts: f"业务 {facts.another_case}" if facts.another_case else "没有在办的退款",
        says="没有其他在办的退款",
        fails="单位有一笔未分摊退款正在办理",
        mended_by="请等这笔业务办结，或先撤回它",
        source="业务进度",
    ),
    _rule(
        "list_unpaid",
        lambda facts, policy, at: not facts.live,
        lambda facts: f"清册 {facts.live}" if facts.live else "没有未缴款的清册",
        says="没有等待缴款的清册",
        fails="单位有一份已确认、还没有缴款的清册，款项要用来缴款",
        mended_by="请先用未分摊资金缴款，或者作废那份清册",
        source="汇缴清册",
    ),
    _rule(
        "receipt_unknown",
        lambda facts, policy, at: facts.came is not None if facts.receipt else None,
        _saw_receipt,
        says="是本单位的来款",
        fails="没有本单位这个编号的来款，或者银行已冲正",
        mended_by="请核对来款编号，编号在单位账户的未分摊资金明细里，以 LK 开头",
    ),
    _rule(
        "payer_unknown",
        _of_receipt(lambda facts: facts.came is not None and bool(facts.came.account)),
        lambda facts: facts.came.account if facts.came and facts.came.account else "没有付款账号",
        says="知道款项从哪个账户付来",
        fails="银行没有告知付款账号，不能原路退回",
        mended_by="请到管理部核实付款账户",
    ),
    _rule(
        "nothing_asked",
        lambda facts, policy, at: facts.amount_fen > 0 if facts.receipt else None,
        lambda facts: f"{yuan(facts.amount_fen)} 元",
        says="填写了退款金额",
        fails="退款金额应大于 0",
        mended_by="请填写要退回的金额",
    ),
    _rule(
        "more_than_came",
        _of_receipt(
            lambda facts: facts.came is not None and facts.amount_fen <= facts.came.left_fen
        ),
        lambda facts: f"这笔来款还可退 {yuan(facts.came.left_fen)} 元" if facts.came else "—",
        says="不超过这笔来款",
        fails="退款金额超过这笔来款可退的金额",
        mended_by="请减少金额；其余部分从另一笔来款退回",
    ),
    _rule(
        "more_than_waits",
        lambda facts, policy, at: facts.amount_fen <= facts.unallocated_fen,
        lambda facts: f"未分摊资金 {yuan(facts.unallocated_fen)} 元",
        says="不超过未分摊资金",
        fails="未分摊资金不足",
        mended_by="已经分摊给职工的款项不能退回；确属错缴的，办理错缴更正或清册冲正",
        source=_ACCOUNT,
    ),
)
