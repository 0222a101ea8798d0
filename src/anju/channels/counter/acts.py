"""The three decisions as the counter offers them: their words, and what each brings about."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from anju.cases.records import Quote, ReviewPage
from anju.channels.counter.forms import DecisionForm
from anju.domain.money import yuan


@dataclass(frozen=True)
class Act:
    """One decision: its key, its words, the consequence told before it, and its form."""

    code: str
    key: str
    icon: str
    label: str
    button: str
    button_kind: str
    consequence: str
    form: DecisionForm
    is_open: bool


_WORDS = {
    "approve": ("a", "check", "通过", "primary", "申请人在办理进度里会看到这段说明。"),
    "return_for_correction": (
        "r",
        "back",
        "退回补正",
        "secondary",
        "申请人会看到理由和这段说明，请写明要补什么。",
    ),
    "reject": ("x", "alert", "不予通过", "danger", "申请人会看到理由和这段说明。"),
}


def acts(page: ReviewPage, *, opened: str = "", posted: QueryDict | None = None) -> tuple[Act, ...]:
    """The decisions this person may take on this case, in their order.

    Args:
        page: the case as it is now; no act is offered when the person may not decide.
        opened: the decision whose form is shown open.
        posted: what was sent for `opened`, kept so that nothing is typed twice.
    """
    if not page.may_decide:
        return ()
    return tuple(
        _act(code, page, posted if code == opened else None, code == opened)
        for code in _WORDS
        if page.reasons.get(code)
    )


def _act(code: str, page: ReviewPage, posted: QueryDict | None, is_open: bool) -> Act:
    key, icon, label, kind, hint = _WORDS[code]
    form = DecisionForm(
        posted,
        reasons=page.reasons[code],
        hint=hint,
        auto_id=f"{code}-%s",
    )
    return Act(
        code=code,
        key=key,
        icon=icon,
        label=label,
        button=_button(code, page.quote),
        button_kind=kind,
        consequence=_consequence(code, page),
        form=form,
        is_open=is_open,
    )


def _button(code: str, quote: Quote | None) -> str:
    if code == "approve":
        return "通过并付款" if quote and quote.total_fen else "通过并办结"
    return "不予通过并终结" if code == "reject" else "退回申请人补正"


def _consequence(code: str, page: ReviewPage) -> str:
    quote = page.quote
    if code == "approve" and quote and quote.total_fen:
        return (
            f"通过后立即生成付款指令并交银行付款，按今日试算为 {yuan(quote.total_fen)} 元；"
            "指令发出后不能撤回。"
        )
    if not page.pays:
        return {
            "approve": "通过后业务立即办结并生效，不能撤回。",
            "return_for_correction": "退回申请人，编号不变；补正后重新进入审核。",
            "reject": "业务就此终结，不能恢复；需要时须重新申请。",
        }[code]
    return {
        "approve": "通过后业务立即办结，不能撤回。",
        "return_for_correction": "退回申请人，编号不变，款项仍为其留存；补正后重新进入审核。",
        "reject": "业务就此终结，不能恢复，留存的款项立即释放；申请人需要时须重新申请。",
    }[code]
