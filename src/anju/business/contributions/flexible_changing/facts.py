"""What a change looks at: the member, the agreement he has, and what was entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju.business.contributions.flexible import agreements, terms
from anju.business.contributions.flexible.agreements import AgreementFacts
from anju.business.contributions.flexible.terms import Terms
from anju.business.contributions.stopping import facts as stopping
from anju.business.contributions.stopping.facts import StoppingFacts
from anju.cases.declaration import Answers, Asked, Subject
from anju.cases.records import Mistakes, Quote
from anju.domain.calendar import SHANGHAI, add_months
from anju.domain.contribution import month_words

CHANGE, END = "change", "end"
DEEDS = {CHANGE: "变更缴存方式", END: "终止协议"}
RECORD_FIELDS = stopping.RECORD_FIELDS | {"agreement", "next_debit", "agreement_paid"}
"""The field codes a page of this service may ask for."""
_TERMS = ("base", "ratio", "plan", "months", "debit_day", "bank", "card", "agreement_no")


@dataclass(frozen=True)
class ChangingFacts:
    """One member who pays for himself.

    Attributes:
        who: the member with enrolment and account, as for a stop.
        agreement: None where there is none.
        deed: "change" or "end"; "" while nothing is entered.
        terms: those that would hold from then on; None but for a change.
    """

    who: StoppingFacts
    agreement: AgreementFacts | None
    deed: str
    terms: Terms | None

    @property
    def has_terms(self) -> bool | None:
        """Whether there are other terms: an end has none."""
        return self.deed == CHANGE if self.deed else None


def gather(asked: Asked) -> ChangingFacts:
    """Read everything the rules and the pages need."""
    found = agreements.of_person(asked.member_id)
    deed = asked.answers.get("deed", "")
    changes = deed == CHANGE and found is not None
    return ChangingFacts(
        who=stopping.gather(Asked(asked.at, asked.member_id, another_case=asked.another_case)),
        agreement=found,
        deed=deed,
        terms=changed_terms(found, asked.answers, asked.at) if changes and found else None,
    )


def changed_terms(agreement: AgreementFacts, answers: Mapping[str, str], at: datetime) -> Terms:
    """The agreement's terms with what was entered in their place; the months go on."""
    before = agreements.terms_of(agreement.key)
    paid = agreement.paid_through
    first = add_months(paid, 1) if paid is not None else before.first_month
    entered = {code: answers[code] for code in _TERMS if answers[code]}
    if paid is not None or entered.get("plan", before.plan) != before.plan:
        # What was paid at once is not paid again for so many months unless somebody says so.
        entered.setdefault("months", "0")
    kept = {
        "base": str(before.base_fen),
        "ratio": str(before.ratio),
        "plan": before.plan.value,
        "months": str(before.months),
        "debit_day": str(before.debit_day),
        "bank": before.bank_code,
        "card": before.card,
        "agreement_no": before.agreement_no,
    }
    month = at.astimezone(SHANGHAI).date().replace(day=1)
    return terms.of_answers(kept | entered, first_month=max(first, month))


def clean(answers: Answers) -> Answers | Mistakes:
    """An end changes nothing else; a change changes something."""
    tidy = terms.tidied(answers)
    given = [code for code in _TERMS if tidy[code]]
    if tidy["deed"] == END and given:
        return Mistakes({given[0]: "终止协议的，不填缴存方式。"})
    if tidy["deed"] == CHANGE and not given:
        return Mistakes({"base": "请填写要变更的内容。"})
    wrong = terms.mistakes_of_change(tidy) if tidy["deed"] == CHANGE else {}
    return Mistakes(wrong) if wrong else tidy


def subject(facts: ChangingFacts) -> Subject | None:
    """The member's account; None for one who has none, or a closed one."""
    enrolment, account = facts.who.enrolment, facts.who.account
    if enrolment is None or account is None or account.state == "closed":
        return None
    return Subject("account", account.id, enrolment.branch_code)


def record(facts: ChangingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, masked and formatted, by field code."""
    found = facts.agreement
    return {
        **stopping.record(facts.who, quote, at),
        "agreement": found.text if found is not None else "没有灵活就业缴存协议",
        "next_debit": found.next_debit if found is not None else "—",
        "agreement_paid": month_words(found.paid_through) if found and found.paid_through else "—",
    }


def finished_text(quote: Quote | None) -> str:
    """What the member reads once it is done."""
    return (
        "您的灵活就业缴存已按申请变更或者终止。终止的，个人账户已封存，余额照常计息；"
        "以后由单位缴存的，由单位办理转入。不是您申请的，请立即联系管理部。"
    )
