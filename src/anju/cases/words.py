"""The words in which halls speak of a case's state and channel."""

from anju.domain.case import CaseState

STATE_TEXT: dict[str, str] = {
    CaseState.DRAFT: "填写中",
    CaseState.IN_REVIEW: "审核中",
    CaseState.RETURNED: "待补正",
    CaseState.PAYING: "付款中",
    CaseState.COMPLETED: "已办结",
    CaseState.REJECTED: "不予通过",
    CaseState.FAILED: "付款未成功",
    CaseState.CANCELLED: "已撤回",
    CaseState.PAYMENT_RETURNED: "款项被退回",
    CaseState.REINSTATED: "已恢复账户",
}

CHANNEL_TEXT = {"h5": "微信", "web": "网上大厅", "employer": "单位网厅", "counter": "柜面"}
