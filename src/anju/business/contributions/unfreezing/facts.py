"""What the end of a freeze looks at: what is frozen, and which of it the paper names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju.business.contributions import freezes
from anju.business.contributions.freezes import FreezeFacts
from anju.business.contributions.freezing import facts as freezing
from anju.business.contributions.stopping import facts as stopping
from anju.business.contributions.stopping.facts import StoppingFacts
from anju.cases.declaration import Answers, Asked, Subject
from anju.cases.records import Mistakes, Quote

RECORD_FIELDS = freezing.RECORD_FIELDS
"""The field codes a page of this service may ask for."""


@dataclass(frozen=True)
class UnfreezingFacts:
    """One member of whose freezes one is to end.

    Attributes:
        who: the member with enrolment and account, as for a stop.
        live: what is frozen, paper by paper.
        frozen_doc_no: the paper that froze; "" while nothing is entered.
        freeze: the one that is meant; None where no live one is of that authority and paper.
        amount: how much of it ends, in fen; None for all of it.
        is_known: whether the lifting paper froze the account before; asked for a part alone, whose
            rest stands by it.
    """

    who: StoppingFacts
    live: tuple[FreezeFacts, ...]
    frozen_doc_no: str
    freeze: FreezeFacts | None
    amount: int | None = None
    is_known: bool = False


def gather(asked: Asked) -> UnfreezingFacts:
    """Read everything the rules and the pages need."""
    who = stopping.gather(asked)
    live = freezing.live_of(who)
    answers = asked.answers
    authority, frozen_doc_no = answers.get("authority", ""), answers.get("frozen_doc_no", "")
    amount = int(answers["amount"]) if answers.get("amount") else None
    return UnfreezingFacts(
        who=who,
        live=live,
        frozen_doc_no=frozen_doc_no,
        freeze=next((each for each in live if each.is_of(authority, frozen_doc_no)), None),
        amount=amount,
        is_known=amount is not None
        and who.account is not None
        and freezes.is_known(who.account.id, authority=authority, doc_no=answers["doc_no"]),
    )


def subject(facts: UnfreezingFacts) -> Subject | None:
    """The account, a closed one as well; None where there is none."""
    return freezing.subject_of(facts.who)


def record(facts: UnfreezingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, masked and formatted, by field code."""
    shown = stopping.record(facts.who, quote, at)
    return {**shown, "freezes": freezing.freezes_text(facts.live)}


def fingerprint(facts: UnfreezingFacts) -> str:
    """Which freeze ends: another one asks for another look."""
    return str(facts.freeze.id) if facts.freeze is not None else ""


def clean(answers: Answers) -> Answers | Mistakes:
    """The papers' numbers in one way of writing; a part is more than nothing."""
    if answers["amount"] and int(answers["amount"]) <= 0:
        return Mistakes({"amount": "只解除一部分的，请填写解除的金额；全部解除的不填。"})
    papers = {code: freezing.paper_no(answers[code]) for code in ("frozen_doc_no", "doc_no")}
    return {**answers, **papers}


def finished_text(quote: Quote | None) -> str:
    """What the member reads once a freeze has ended."""
    return "有权机关已经解除了您个人账户的一笔冻结或者其中一部分。还有没有冻结，请在账户信息查看。"
