"""冻结 as a service: declared once, found by its place."""

from anju.business.contributions.freezing import actions, facts
from anju.business.contributions.freezing.facts import FreezingFacts
from anju.business.contributions.freezing.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[FreezingFacts] = Service(
    code="contributions.freezing",
    exclusion_group="freezing",
    number_kind="DJ",
    subject=facts.subject,
    gather=facts.gather,
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    rules=RULES,
    lock=actions.lock,
    finish=actions.finish,
    entry=Entry(
        about="member",
        fields=(
            EntryField("authority", "冻结机关", "text", hint="文书上的全称"),
            EntryField("doc_no", "冻结文书号", "text", hint="协助冻结通知书的文号"),
            EntryField("scope", "冻结范围", "choice", tuple(facts.SCOPES.items())),
            EntryField(
                "amount",
                "冻结金额（元）",
                "money",
                hint="冻结全部余额的不填；可以多于现在的余额",
                required=False,
            ),
            EntryField(
                "until",
                "冻结期限至",
                "day",
                hint="冻结的最后一天，如 2027-11-19；文书没有写期限的不填",
                required=False,
            ),
        ),
        clean=facts.clean,
    ),
    warning="审批通过后立即冻结：冻结的部分不能提取，缴存和计息照常，职工本人可以查看。",
    finished_text=facts.finished_text,
    revealable=(("id_number", "身份证号"),),
    reveal=actions.reveal,
)
