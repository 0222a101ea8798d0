"""单位销户 as a service: declared once, found by its place."""

from anju.business.contributions import standing
from anju.business.contributions.employer_closing import actions, facts
from anju.business.contributions.employer_closing.facts import EmployerClosingFacts
from anju.business.contributions.employer_closing.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[EmployerClosingFacts] = Service(
    code=facts.SERVICE,
    subject=standing.subject,
    number_kind="XH",
    gather=facts.gather,
    lock=standing.lock,
    exclusion_group="employer_closing",
    rules=RULES,
    record_fields=facts.RECORD_FIELDS,
    record=facts.record,
    finish=actions.finish,
    entry=Entry(
        about="employer",
        fields=(
            EntryField("reason", "销户原因", "choice", tuple(facts.REASONS.items())),
            EntryField(
                "account",
                "情况说明",
                "long_text",
                required=False,
                hint="合并、分立的请写明承接单位",
            ),
        ),
    ),
    warning="批准后单位账户注销，不能恢复；单位经办人的资格同时终止，不能再登录单位网厅。",
)
