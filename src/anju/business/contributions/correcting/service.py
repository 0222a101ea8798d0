"""错缴更正 as a service: declared once, found by its place."""

from anju.business.contributions.correcting import actions, facts
from anju.business.contributions.correcting.facts import CorrectingFacts
from anju.business.contributions.correcting.rules import RULES
from anju.cases.declaration import Entry, EntryField, Service

SERVICE: Service[CorrectingFacts] = Service(
    code="contributions.correcting",
    exclusion_group="correcting",
    number_kind="CJ",
    gather=facts.gather,
    rules=RULES,
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    fingerprint=facts.fingerprint,
    subject=facts.subject,
    finish=actions.finish,
    lock=actions.lock,
    entry=Entry(
        about="member",
        fields=(
            EntryField("reason", "错缴原因", "choice", tuple(facts.REASONS.items())),
            EntryField(
                "from_month",
                "错缴起始年月",
                "month",
                hint="从这个月起到缴至年月都更正，如 2026-10",
            ),
            EntryField(
                "base",
                "应缴基数（元）",
                "money",
                hint="基数填错的填写正确的基数，只退差额；整月错缴的不填",
                required=False,
            ),
        ),
    ),
    warning="审批通过后多缴的款项从个人账户退回单位的未分摊资金，整月更正的，缴至年月相应退回。",
    finished_text=facts.finished_text,
    revealable=(("id_number", "身份证号"), ("phone", "手机号码")),
    reveal=actions.reveal,
)
