"""What can go wrong at the bank."""

from anju.simulators.faults import FaultKind, Param

PAYMENT_REASONS = {
    "ACCOUNT_CLOSED": "账户已销户",
    "NAME_MISMATCH": "户名不符",
    "ACCOUNT_UNKNOWN": "账号不存在",
    "ACCOUNT_FROZEN": "账户已冻结",
    "BANK_CODE_WRONG": "收款行行号有误",
    "INSUFFICIENT": "付款账户余额不足",
    "PAYER_NOT_YOURS": "付款账户不属于该客户",
}
REASONS = PAYMENT_REASONS | {
    "PAYEE_NOT_YOURS": "收款账户不属于该客户",
    "NO_AGREEMENT": "没有代扣协议",
    "AGREEMENT_ENDED": "代扣协议已终止",
    "AFTER_CUT_OFF": "已过当日截止时间",
    "DEBITS_UNKNOWN": "查无扣款批次",
    "DEBITS_UNDECIDED": "扣款批次尚未办结",
    "SPLIT_MISMATCH": "分解明细与扣款结果不符",
    "SPLIT_TWICE": "该扣款批次已经分解",
}
_NOT_ON_DEMAND = {"PAYER_NOT_YOURS", "PAYEE_NOT_YOURS"} | {
    code for code in REASONS if code.startswith(("DEBITS_", "SPLIT_"))
}

_SECONDS = Param("seconds", "秒数", 5)
_REASON = Param(
    "reason_code",
    "原因",
    "ACCOUNT_CLOSED",
    {code: says for code, says in REASONS.items() if code not in _NOT_ON_DEMAND},
)

KINDS = (
    FaultKind(
        "bank_down",
        "银行停机",
        "付款、收款和查询一概不应答，连接直接断开；通知也不再发出。",
        group="请求与答复",
        lasting=True,
    ),
    FaultKind(
        "lose_request",
        "丢失请求",
        "付款或收款的请求没有到达银行：银行不知道这笔订单，中心也得不到答复。",
        group="请求与答复",
    ),
    FaultKind(
        "late_request",
        "请求迟到",
        "单笔付款或收款的请求滞留在网络中，过若干秒才到达银行；在此之前查询的答复是“查无此单”。",
        (_SECONDS,),
        group="请求与答复",
    ),
    FaultKind(
        "lose_reply",
        "丢失答复",
        "银行照常办理，但答复没有回到中心：中心不知道钱动了没有。",
        group="请求与答复",
    ),
    FaultKind(
        "lose_query_reply", "丢失查询答复", "查询没有得到答复，结果仍然不明。", group="请求与答复"
    ),
    FaultKind(
        "partial_result",
        "结果不全",
        "批量的结果少了最后一笔明细，合计金额却是全部的：中心不能采信其中任何一笔。",
        group="请求与答复",
    ),
    FaultKind(
        "slow_reply",
        "答复缓慢",
        "银行照常办理，过若干秒才答复；超过中心的等待时限就等于没有答复。",
        (_SECONDS,),
        group="请求与答复",
    ),
    FaultKind(
        "delay",
        "延迟办理",
        "订单先受理，过若干秒才付款或扣款。",
        (Param("seconds", "秒数", 60),),
        group="付款",
    ),
    FaultKind(
        "hold",
        "人工放行",
        "订单受理后一直等待，直到在本控制台上点“立即付款”“立即扣款”或“拒绝”。",
        group="付款",
        lasting=True,
    ),
    FaultKind(
        "refuse",
        "拒绝办理",
        "付款或收款失败，查询说明原因，付款失败另有通知；钱没有动。",
        (_REASON,),
        group="付款",
    ),
    FaultKind(
        "return",
        "退票",
        "先付款成功，过若干秒款项被收款行退回。",
        (Param("seconds", "秒数", 10), _REASON),
        group="付款",
    ),
    FaultKind(
        "wrong_amount",
        "金额有误",
        "银行实付或实扣的金额与订单不同，差额可正可负（单位：分）。",
        (Param("delta_fen", "差额（分）", -1),),
        group="付款",
    ),
    FaultKind(
        "unordered",
        "多付一笔",
        "除订单以外，银行还从中心账户付出一笔中心从未下达的款项。",
        group="付款",
    ),
    FaultKind(
        "notice_before_reply",
        "通知先于答复",
        "付款的通知先送达，付款请求的答复后回来。",
        group="通知",
    ),
    FaultKind("lose_notice", "丢失通知", "银行不发通知，只能靠查询得知结果。", group="通知"),
    FaultKind("duplicate_notice", "重复通知", "同一份通知送达三次。", group="通知"),
    FaultKind(
        "reorder_notices",
        "通知乱序",
        "通知先扣下，等同一中心的下一份通知发出后再发，最多扣若干秒。",
        (Param("seconds", "秒数", 30),),
        group="通知",
    ),
    FaultKind(
        "forged_notice",
        "伪造通知",
        "有人冒充银行，先送来一份签名不对、内容相反（到账则金额不同）的通知，真通知随后到达。",
        group="通知",
    ),
    FaultKind(
        "mistaken_failure",
        "误报失败",
        "银行先送来一份签名真实、却误称付款失败的通知，随后才通知付款成功。结算系统只通知资金变动，没有这种通知。",
        group="通知",
    ),
    FaultKind(
        "bdc_session_lost",
        "会话丢失",
        "结算系统忘记了中心的会话：中心须重新签到，再发同一笔交易。",
        group="结算系统线路",
    ),
    FaultKind("bdc_cut_reply", "答复中断", "银行照常办理，答复只传到一半。", group="结算系统线路"),
    FaultKind(
        "bdc_oversized_reply",
        "答复过长",
        "银行照常办理，答复自称有近一百兆字节。",
        group="结算系统线路",
    ),
    FaultKind(
        "bdc_garbled_reply",
        "答复损坏",
        "银行照常办理，答复的密文在途中被改。",
        group="结算系统线路",
    ),
    FaultKind(
        "bdc_replayed_reply",
        "重放答复",
        "银行照常办理，但有人把上一次的答复又送来一次。",
        group="结算系统线路",
    ),
    FaultKind(
        "bdc_wrong_session",
        "别的会话",
        "银行照常办理，答复用的却是别的会话的密钥。",
        group="结算系统线路",
    ),
    FaultKind(
        "bdc_entity_bomb",
        "实体炸弹",
        "银行照常办理，答复签名真实，内容却是层层展开的 XML 实体。",
        group="结算系统线路",
    ),
)
