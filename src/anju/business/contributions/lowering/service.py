"""降低比例 as a service: declared once, found by its place."""

from anju.business.contributions import standing
from anju.business.contributions.lowering import actions, facts
from anju.business.contributions.lowering.facts import LoweringFacts
from anju.business.contributions.lowering.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[LoweringFacts] = Service(
    code="contributions.lowering",
    exclusion_group="lowering",
    number_kind="JB",
    finish=actions.finish,
    fingerprint=facts.fingerprint,
    gather=facts.gather,
    lock=standing.lock,
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    rules=RULES,
    subject=standing.subject,
    entry=Entry(
        about="employer",
        fields=(
            EntryField("employer_ratio", "降低后的单位缴存比例（%）", "ratio", hint="如 8"),
            EntryField("member_ratio", "降低后的个人缴存比例（%）", "ratio", hint="如 8"),
            EntryField("from_month", "执行起始年月", "month", hint="应汇缴年月，如 2026-12"),
            EntryField("to_month", "执行截止年月", "month", hint="最后一个月，如 2027-11"),
            EntryField("reason", "降低原因", "choice", tuple(facts.REASONS.items())),
            EntryField("account", "情况说明", "long_text", hint="困难的经过，以及以后的打算"),
        ),
    ),
    warning="批准后全体职工从应汇缴年月起按降低后的比例缴存，个人账户每月增加的金额相应减少。",
)
