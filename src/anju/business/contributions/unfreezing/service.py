"""解冻 as a service: declared once, found by its place."""

from anju.business.contributions.unfreezing import actions, facts
from anju.business.contributions.unfreezing.facts import UnfreezingFacts
from anju.business.contributions.unfreezing.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[UnfreezingFacts] = Service(
    code="contributions.unfreezing",
    number_kind="JD",
    exclusion_group="unfreezing",
    gather=facts.gather,
    fingerprint=facts.fingerprint,
    rules=RULES,
    subject=facts.subject,
    record=facts.record,
    lock=actions.lock,
    record_fields=facts.RECORD_FIELDS,
    finish=actions.finish,
    entry=Entry(
        about="member",
        fields=(
            EntryField("authority", "冻结机关", "text", hint="与现有冻结上的名称一致"),
            EntryField("frozen_doc_no", "原冻结文书号", "text", hint="要解除的是哪一份冻结文书"),
            EntryField("doc_no", "解冻文书号", "text", hint="解除冻结通知书的文号"),
            EntryField(
                "amount",
                "解除金额（元）",
                "money",
                hint="全部解除的不填；只解除一部分的，其余继续冻结",
                required=False,
            ),
        ),
        clean=facts.clean,
    ),
    warning="审批通过后这一笔冻结（或填写的金额）立即解除；其他机关的冻结不受影响。",
    finished_text=facts.finished_text,
    reveal=actions.reveal,
    revealable=(("id_number", "身份证号"),),
)
