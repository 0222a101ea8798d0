"""合并个人账户 as a service: declared once, found by its place."""

from anju.business.contributions.merging import actions, facts
from anju.business.contributions.merging.facts import MergingFacts
from anju.business.contributions.merging.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[MergingFacts] = Service(
    code="contributions.merging",
    exclusion_group="merging",
    number_kind="HB",
    rules=RULES,
    gather=facts.gather,
    record_fields=facts.RECORD_FIELDS,
    record=facts.record,
    finish=actions.finish,
    lock=actions.lock,
    subject=facts.subject,
    entry=Entry(
        about="member",
        fields=(
            EntryField("reason", "合并原因", "choice", tuple(facts.REASONS.items())),
            EntryField(
                "other_account_no",
                "并入账号",
                "text",
                hint="余额转入上面的账户，并在合并后销户的那个账户",
            ),
        ),
        clean=facts.tidied,
    ),
    warning="审批通过后，另一个账户的余额和计息积数全部转入本账户，另一个账户随即销户，不能恢复。",
    finished_text=facts.finished_text,
    revealable=(("id_number", "身份证号"),),
    reveal=actions.reveal,
)
