"""灵活就业缴存 as a service: declared once, found by its place."""

from anju.business.contributions.flexible.terms import entry_fields
from anju.business.contributions.flexible_signing import actions, facts
from anju.business.contributions.flexible_signing.facts import SigningFacts
from anju.business.contributions.flexible_signing.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[SigningFacts] = Service(
    code="contributions.flexible_signing",
    exclusion_group="flexible_signing",
    number_kind="LH",
    rules=RULES,
    gather=facts.gather,
    subject=facts.subject,
    fingerprint=facts.fingerprint,
    lock=actions.lock,
    finish=actions.finish,
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    entry=Entry(
        about="newcomer",
        named_by="called",
        fields=(
            EntryField("name", "姓名", "text"),
            EntryField("id_number", "身份证号", "text"),
            EntryField("phone", "手机号码", "text"),
            EntryField("branch", "缴存管理部", "choice", from_city=facts.branches),
            EntryField("first_month", "首次缴存年月", "month", hint="如 2026-11"),
            *entry_fields(required=True),
        ),
        clean=facts.clean,
    ),
    warning="批准后开立或转入个人账户，从首次缴存年月起按约定从银行卡扣款缴存。",
)
