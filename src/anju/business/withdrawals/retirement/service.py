"""退休提取 as a service: declared once, found by its place."""

from anju.business.withdrawals.retirement import actions, facts
from anju.business.withdrawals.retirement.facts import RetirementFacts
from anju.business.withdrawals.retirement.rules import RULES
from anju.cases.declaration import Payment, Service

SERVICE: Service[RetirementFacts] = Service(
    code="withdrawals.retirement",
    exclusion_group="withdrawal",
    rules=RULES,
    gather=facts.gather,
    subject=facts.subject,
    lock=actions.lock,
    record_fields=facts.RECORD_FIELDS,
    record=facts.record,
    payment=Payment(
        quote=facts.quote,
        pay_to=facts.pay_to,
        payee=facts.payee,
        hold=actions.hold,
        order=actions.order,
        release=actions.release,
        book_return=actions.book_return,
    ),
    finish=actions.finish,
    proving=facts.proving,
    warning="提取后个人账户将销户，不可恢复。",
    finished_text=facts.finished_text,
    revealable=(("id_number", "身份证号"), ("phone", "手机号码"), ("card_number", "收款账户号码")),
    reveal=actions.reveal,
)
