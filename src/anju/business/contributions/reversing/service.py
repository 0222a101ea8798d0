"""清册冲正 as a service: declared once, found by its place."""

from anju.business.contributions.reversing import actions, facts
from anju.business.contributions.reversing.facts import ReversingFacts
from anju.business.contributions.reversing.rules import RULES
from anju.cases.declaration import Answers, Entry, EntryField, Service


def clean(answers: Answers) -> Answers:
    """The number as it is printed, however it was typed."""
    return {**answers, "list": answers["list"].upper()}


SERVICE: Service[ReversingFacts] = Service(
    code="contributions.reversing",
    number_kind="CZ",
    exclusion_group="reversing",
    rules=RULES,
    gather=facts.gather,
    subject=facts.subject,
    lock=actions.lock,
    finish=actions.finish,
    fingerprint=facts.fingerprint,
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    entry=Entry(
        about="employer",
        fields=(
            EntryField(
                "list",
                "清册编号",
                "text",
                hint="最近入账的那一份，如 HJ202611150012",
            ),
            EntryField("reason", "冲正原因", "choice", tuple(facts.REASONS.items())),
            EntryField("note", "情况说明", "long_text"),
        ),
        clean=clean,
    ),
    warning="审批通过后整份清册红字冲正：每名职工的账户和缴至年月退回，款项回到单位的未分摊资金。",
)
