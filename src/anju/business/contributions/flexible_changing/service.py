"""灵活就业缴存变更 as a service: declared once, found by its place."""

from anju.business.contributions.flexible.terms import entry_fields
from anju.business.contributions.flexible_changing import actions, facts
from anju.business.contributions.flexible_changing.facts import ChangingFacts
from anju.business.contributions.flexible_changing.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[ChangingFacts] = Service(
    code="contributions.flexible_changing",
    exclusion_group="flexible_changing",
    number_kind="LB",
    gather=facts.gather,
    subject=facts.subject,
    rules=RULES,
    record_fields=facts.RECORD_FIELDS,
    record=facts.record,
    lock=actions.lock,
    finish=actions.finish,
    entry=Entry(
        about="member",
        fields=(
            EntryField(
                "deed",
                "办理事项",
                "choice",
                tuple(facts.DEEDS.items()),
                hint="下面只填要变更的；终止的都不填",
            ),
            *entry_fields(required=False),
        ),
        clean=facts.clean,
    ),
    warning="变更的内容从还没有扣款的月份起执行；终止的，批准后个人账户封存。",
    finished_text=facts.finished_text,
    revealable=(("id_number", "身份证号"),),
    reveal=actions.reveal,
)
