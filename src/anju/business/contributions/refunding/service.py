"""未分摊退款 as a service: declared once, found by its place."""

from anju.business.contributions import standing
from anju.business.contributions.refunding import actions, facts, rules
from anju.business.contributions.refunding.facts import RefundingFacts
from anju.cases.declaration import Answers, Entry, EntryField, Service


def clean(answers: Answers) -> Answers:
    """The number as it is printed, however it was typed."""
    return {**answers, "receipt": answers["receipt"].upper()}


SERVICE: Service[RefundingFacts] = Service(
    code="contributions.refunding",
    number_kind="TW",
    exclusion_group="refunding",
    rules=rules.RULES,
    gather=facts.gather,
    subject=facts.subject,
    lock=standing.lock,
    finish=actions.finish,
    record_fields=facts.RECORD_FIELDS,
    record=facts.record,
    fingerprint=facts.fingerprint,
    entry=Entry(
        about="employer",
        fields=(
            EntryField(
                "receipt",
                "来款编号",
                "text",
                hint="在单位账户的未分摊资金明细里，以 LK 开头；款项退回这笔来款的付款账户",
            ),
            EntryField("bank", "付款账户开户银行", "bank"),
            EntryField("amount", "退款金额（元）", "money"),
            EntryField("note", "退款原因", "long_text"),
        ),
        clean=clean,
    ),
    warning="审批通过后款项由银行原路退回付款账户；退款途中不能用来缴款。",
)
