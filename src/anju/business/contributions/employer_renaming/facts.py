"""What a change of registration looks at: who the employer is, and what shall stand there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju.business.contributions import opening, standing
from anju.business.contributions.standing import Standing
from anju.cases.declaration import Answers, Asked
from anju.cases.records import Mistakes, Quote
from anju.domain.identifiers import normalise_uscc, uscc_problem
from anju.parties import facts as parties

RECORD_FIELDS = standing.RECORD_FIELDS
ENTERED = ("name", "uscc", "legal_representative")


@dataclass(frozen=True)
class EmployerRenamingFacts:
    """An employer whose registration changes; what is "" stays as it is.

    Attributes:
        representative: whether somebody was entered who represents it by law.
        name_taken, uscc_taken: another employer has it.
        is_entered: whether anything was entered yet.
    """

    who: Standing
    representative: bool
    name: str
    uscc: str
    name_taken: bool
    uscc_taken: bool
    is_entered: bool


def gather(asked: Asked) -> EmployerRenamingFacts:
    """Read everything the rules and the pages need. Raises NotYours."""
    who = standing.gather(asked)
    name, uscc, representative = (asked.answers.get(each, "") for each in ENTERED)
    other = parties.employer_by_uscc(uscc) if uscc else None
    return EmployerRenamingFacts(
        who=who,
        representative=bool(representative),
        name=name,
        uscc=uscc,
        name_taken=bool(name) and opening.is_name_taken(name, uscc=who.employer.uscc),
        uscc_taken=other is not None and other.employer_id != who.employer.employer_id,
        is_entered=bool(name or uscc or representative),
    )


def record(facts: EmployerRenamingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    return standing.record(facts.who)


def clean(answers: Answers) -> Answers | Mistakes:
    """Something changes; a name has no blanks, a code is a code."""
    tidy = dict(answers) | {"uscc": normalise_uscc(answers["uscc"])}
    if not any(tidy[each] for each in ENTERED):
        return Mistakes({"": "请填写要变更的内容：名称、代码和法定代表人至少一项。"})
    wrong = {}
    if tidy["name"] != "".join(tidy["name"].split()):
        wrong["name"] = "单位名称中不能有空格。"
    problem = uscc_problem(tidy["uscc"]) if tidy["uscc"] else None
    if problem is not None:
        wrong["uscc"] = problem
    return Mistakes(wrong) if wrong else tidy
