"""What the end of a freeze looks at: what is frozen, and which of it the paper names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju.business.contributions.freezes import FreezeFacts
from anju.business.contributions.freezing import facts as freezing
from anju.business.contributions.stopping import facts as stopping
from anju.business.contributions.stopping.facts import StoppingFacts
from anju.cases.declaration import Answers, Asked, Subject
from anju.cases.records import Quote

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
    """

    who: StoppingFacts
    live: tuple[FreezeFacts, ...]
    frozen_doc_no: str
    freeze: FreezeFacts | None


def gather(asked: Asked) -> UnfreezingFacts:
    """Read everything the rules and the pages need."""
    who = stopping.gather(asked)
    live = freezing.live_of(who)
    wanted = asked.answers.get("authority", ""), asked.answers.get("frozen_doc_no", "")
    return UnfreezingFacts(
        who=who,
        live=live,
        frozen_doc_no=wanted[1],
        freeze=next((each for each in live if (each.authority, each.doc_no) == wanted), None),
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


def clean(answers: Answers) -> Answers:
    """The papers' numbers in one way of writing."""
    papers = {code: freezing.paper_no(answers[code]) for code in ("frozen_doc_no", "doc_no")}
    return {**answers, **papers}


def finished_text(quote: Quote | None) -> str:
    """What the member reads once a freeze has ended."""
    return "您的个人账户的一笔冻结已经解除。还有没有其他冻结，请在账户信息查看。"
