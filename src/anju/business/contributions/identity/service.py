"""个人信息变更 as a service: declared once, found by its place."""

from anju.business.contributions.identity import actions, facts
from anju.business.contributions.identity.facts import IdentityFacts
from anju.business.contributions.identity.rules import RULES
from anju.business.contributions.stopping.actions import lock, reveal
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[IdentityFacts] = Service(
    code="contributions.identity",
    exclusion_group="identity",
    number_kind="GB",
    gather=facts.gather,
    rules=RULES,
    subject=facts.subject,
    finish=actions.finish,
    lock=lock,
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    entry=Entry(
        about="member",
        fields=(
            EntryField("reason", "变更原因", "choice", tuple(facts.REASONS.items())),
            EntryField("name", "新的姓名", "text", hint="不变更的不填", required=False),
            EntryField("id_number", "新的证件号码", "text", hint="不变更的不填", required=False),
            EntryField(
                "phone",
                "新的手机号码",
                "text",
                hint="不变更的不填；已开通网上服务的由本人变更",
                required=False,
            ),
        ),
        clean=facts.tidied,
    ),
    warning="审批通过后按新的信息登记；证件号码变更后，职工用新的证件号码登录。",
    finished_text=facts.finished_text,
    revealable=(("id_number", "身份证号"), ("phone", "手机号码")),
    reveal=reveal,
)
