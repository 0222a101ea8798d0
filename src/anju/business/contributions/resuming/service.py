"""恢复缴存 as a service: declared once, found by its place."""

from anju.business.contributions import standing
from anju.business.contributions.resuming import actions, facts
from anju.business.contributions.resuming.facts import ResumingFacts
from anju.business.contributions.resuming.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[ResumingFacts] = Service(
    code="contributions.resuming",
    exclusion_group="resuming",
    number_kind="HF",
    gather=facts.gather,
    rules=RULES,
    finish=actions.finish,
    lock=standing.lock,
    subject=standing.subject,
    record_fields=facts.RECORD_FIELDS,
    record=facts.record,
    entry=Entry(
        about="employer",
        fields=(
            EntryField(
                "from_month", "恢复缴存年月", "month", hint="从这个月起按月汇缴，如 2027-03"
            ),
        ),
    ),
    warning="恢复后从所填月份起按月汇缴；此前缓缴的月份应当补缴。",
)
