"""单位登记变更 as a service: declared once, found by its place."""

from anju.business.contributions import standing
from anju.business.contributions.employer_renaming import actions, facts
from anju.business.contributions.employer_renaming.facts import EmployerRenamingFacts
from anju.business.contributions.employer_renaming.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service


def _text(code: str, label: str) -> EntryField:
    return EntryField(code, label, "text", hint="不变更的不填", required=False)


SERVICE: Service[EmployerRenamingFacts] = Service(
    code="contributions.employer_renaming",
    record=facts.record,
    lock=actions.lock,
    number_kind="DB",
    gather=facts.gather,
    rules=RULES,
    subject=standing.subject,
    exclusion_group="employer_renaming",
    record_fields=facts.RECORD_FIELDS,
    finish=actions.finish,
    entry=Entry(
        about="employer",
        fields=(
            _text("name", "变更后的单位名称"),
            _text("uscc", "变更后的统一社会信用代码"),
            _text("legal_representative", "变更后的法定代表人姓名"),
        ),
        clean=facts.clean,
    ),
    warning="批准后单位名称、代码或法定代表人按填写的内容登记，此前出具的证明不变。",
)
