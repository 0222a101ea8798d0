"""What a freeze looks at: the member's account, what is frozen already, and what was entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from anju import ledger
from anju.business.contributions import freezes
from anju.business.contributions.freezes import FreezeFacts
from anju.business.contributions.stopping import facts as stopping
from anju.business.contributions.stopping.facts import StoppingFacts
from anju.cases.declaration import Answers, Asked, Subject
from anju.cases.records import Mistakes, Quote

SCOPES = {"whole": "全部余额", "part": "部分金额"}
"""How much of the account an authority freezes."""
RECORD_FIELDS = stopping.RECORD_FIELDS | {"freezes"}
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class FreezingFacts:
    """One member whose account an authority freezes.

    Attributes:
        who: the member with enrolment and account, as for a stop.
        live: what is frozen already, paper by paper.
        doc_no: the paper; "" while nothing is entered.
        until: the last day, None where the paper names none.
        is_known: whether this paper of this authority froze the account before.
    """

    who: StoppingFacts
    live: tuple[FreezeFacts, ...]
    doc_no: str
    until: date | None
    is_known: bool

    @property
    def is_closed(self) -> bool:
        """Whether there is no account, or no longer."""
        return self.who.account is None or self.who.account.state == "closed"


def gather(asked: Asked) -> FreezingFacts:
    """Read everything the rules and the pages need."""
    who, answers = stopping.gather(asked), asked.answers
    account, doc_no = who.account, answers.get("doc_no", "")
    until = answers.get("until", "")
    return FreezingFacts(
        who=who,
        live=live_of(who),
        doc_no=doc_no,
        until=date.fromisoformat(until) if until else None,
        is_known=account is not None
        and bool(doc_no)
        and freezes.is_known(account.id, authority=answers["authority"], doc_no=doc_no),
    )


def live_of(who: StoppingFacts) -> tuple[FreezeFacts, ...]:
    """What is frozen of a member's account today."""
    if who.account is None:
        return ()
    return freezes.live(who.account.id, on=ledger.business_date())


def subject(facts: FreezingFacts) -> Subject | None:
    """The account, None where there is none or it is closed; its employer has no part in it."""
    return None if facts.is_closed else subject_of(facts.who)


def subject_of(who: StoppingFacts) -> Subject | None:
    """A member's account, closed or not: what is between him, the authority and the fund."""
    if who.enrolment is None:
        return None
    return Subject("account", who.enrolment.account_id, who.enrolment.branch_code)


def record(facts: FreezingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, masked and formatted, by field code."""
    return {**stopping.record(facts.who, quote, at), "freezes": freezes_text(facts.live)}


def freezes_text(live: tuple[FreezeFacts, ...]) -> str:
    """What is frozen, paper by paper."""
    return "；".join(each.text for each in live) or "没有冻结"


def paper_no(typed: str) -> str:
    """A paper's number in one way of writing: no blanks, the brackets of Chinese print."""
    return "".join(typed.split()).translate(str.maketrans("()〔〕[]", "（）（）（）"))


def clean(answers: Answers) -> Answers | Mistakes:
    """A part says how much of it is frozen, the whole says no amount."""
    amount, is_part = int(answers["amount"] or 0), answers["scope"] == "part"
    if is_part and amount <= 0:
        return Mistakes({"amount": "冻结部分金额的，请填写冻结的金额。"})
    if not is_part and answers["amount"]:
        return Mistakes({"amount": "冻结全部余额的，不填金额；只冻结这个金额的，请选择部分金额。"})
    return {**answers, "doc_no": paper_no(answers["doc_no"])}


def finished_text(quote: Quote | None) -> str:
    """What the member reads once it is frozen."""
    return (
        "有权机关依法冻结了您的个人账户，冻结的部分不能提取，缴存和计息照常。"
        "冻结的机关、文书号和金额请在账户信息查看；有异议的，请联系作出冻结的机关。"
    )
