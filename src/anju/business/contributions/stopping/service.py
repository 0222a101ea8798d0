"""停缴 as a service: declared once, found by its place."""

from anju.business.contributions.stopping import actions, facts
from anju.business.contributions.stopping.facts import StoppingFacts
from anju.business.contributions.stopping.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[StoppingFacts] = Service(
    code="contributions.stopping",
    exclusion_group="stopping",
    number_kind="TJ",
    rules=RULES,
    gather=facts.gather,
    subject=facts.subject,
    lock=actions.lock,
    finish=actions.finish,
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    entry=Entry(
        about="member",
        fields=(
            EntryField("reason", "停缴原因", "choice", tuple(facts.REASONS.items())),
            EntryField(
                "last_month", "最后汇缴年月", "month", hint="停缴前最后一个汇缴的月份，如 2026-11"
            ),
        ),
    ),
    warning="审批通过后个人账户封存，单位不再为其汇缴。",
    finished_text=facts.finished_text,
    revealable=(("id_number", "身份证号"), ("phone", "手机号码")),
    reveal=actions.reveal,
)
