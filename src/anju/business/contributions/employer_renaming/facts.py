"""What a change of registration looks at: who the employer is, and what shall stand there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju.business.contributions import opening, standing
from anju.business.contributions.models import EmployerAccount
from anju.business.contributions.standing import Standing
from anju.cases.declaration import Answers, Asked
from anju.cases.records import Mistakes, Quote
from anju.domain.identifiers import normalise_uscc, uscc_problem
from anju.parties import facts as parties
from anju.store.secrets import MaskedName

RECORD_FIELDS = standing.RECORD_FIELDS | {"legal_representative"}
ENTERED = ("name", "uscc", "legal_representative")


@dataclass(frozen=True)
class EmployerRenamingFacts:
    """An employer whose registration changes; what is "" stays as it is.

    Attributes:
        representative: whether somebody was entered who represents it by law.
        represented_by: the name on record, None where none is.
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
    represented_by: MaskedName | None = None


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
        represented_by=_represented_by(who.account_id),
    )


def _represented_by(account_id: int) -> MaskedName | None:
    account = EmployerAccount.objects.only("legal_representative").get(pk=account_id)
    return parties.masked_name(account, "legal_representative")


def record(facts: EmployerRenamingFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    on_record = str(facts.represented_by or "没有登记")
    return {**standing.record(facts.who), "legal_representative": on_record}


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
