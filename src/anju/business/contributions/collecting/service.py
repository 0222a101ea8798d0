"""委托收款协议 as a service: declared once, found by its place."""

import re

from anju.business.contributions import standing
from anju.business.contributions.collecting import actions, facts, rules
from anju.business.contributions.collecting.facts import SIGN, CollectingFacts
from anju.cases.declaration import Answers, Entry, EntryField, Service
from anju.cases.records import Mistakes

_ACCOUNT = re.compile(r"[0-9]{8,30}")
_NUMBER = re.compile(r"[A-Za-z0-9-]{1,40}")
_NEEDED = {
    "agreement_no": "请填写协议号。",
    "bank": "请选择开户银行。",
    "payer_account": "请填写付款账号。",
    "signed_on": "请填写签订日期。",
}


def clean(answers: Answers) -> Answers | Mistakes:
    """What a new agreement needs, each in its shape; to end one nothing more is needed."""
    if answers["deed"] != SIGN:
        return answers
    wrong = {code: text for code, text in _NEEDED.items() if not answers[code]}
    account = re.sub(r"[\s-]", "", answers["payer_account"])
    if account and not _ACCOUNT.fullmatch(account):
        wrong["payer_account"] = "付款账号应为 8 至 30 位数字。"
    if answers["agreement_no"] and not _NUMBER.fullmatch(answers["agreement_no"]):
        wrong["agreement_no"] = "协议号只含字母、数字和横线，不超过 40 位。"
    return Mistakes(wrong) if wrong else {**answers, "payer_account": account}


SERVICE: Service[CollectingFacts] = Service(
    code="contributions.collecting",
    exclusion_group="collecting",
    number_kind="WT",
    rules=rules.RULES,
    subject=facts.subject,
    gather=facts.gather,
    finish=actions.finish,
    lock=standing.lock,
    record=facts.record,
    record_fields=facts.RECORD_FIELDS,
    entry=Entry(
        about="employer",
        fields=(
            EntryField("deed", "办理事项", "choice", tuple(facts.DEEDS.items())),
            EntryField(
                "agreement_no", "协议号", "text", hint="银行登记的委托收款协议号", required=False
            ),
            EntryField("bank", "开户银行", "bank", required=False),
            EntryField(
                "payer_account",
                "付款账号",
                "text",
                hint="须是本单位名下的账户，户名与单位名称一致",
                required=False,
            ),
            EntryField("signed_on", "签订日期", "day", hint="如 2026-11-20", required=False),
            EntryField("valid_until", "有效期至", "day", hint="长期有效的不填", required=False),
        ),
        clean=clean,
    ),
    warning="审批通过后，单位确认清册时可以选择委托收款，由银行从这个账户收取。",
)
