"""What an opening at the counter looks at: what the papers say, and what the books have already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from anju import policy
from anju.business.contributions import opening
from anju.business.contributions.opening_rules import Opening, OpeningFacts
from anju.cases.declaration import Answers, Asked, Subject
from anju.cases.records import Mistakes, Quote
from anju.domain.identifiers import normalise_uscc, phone_problem, uscc_problem
from anju.ports.enterprises import RegisteredEnterprise

RECORD_FIELDS = frozenset({"branch", "account_number"})
"""The field codes a page of this service may ask for."""
YES = "yes"


@dataclass(frozen=True)
class CounterOpeningFacts:
    """An employer that is not there yet; all but `another_case` None while nothing is entered."""

    enterprise: RegisteredEnterprise | None
    opening: OpeningFacts | None
    branch_code: str
    another_case: str | None


def gather(asked: Asked) -> CounterOpeningFacts:
    """Read everything the rules and the pages need."""
    answers = asked.answers
    if not answers.get("uscc"):
        return CounterOpeningFacts(None, None, "", asked.another_case)
    enterprise = enterprise_of(answers)
    return CounterOpeningFacts(
        enterprise=enterprise,
        opening=opening.facts(enterprise, typed(answers)),
        branch_code=opening.branch_of(enterprise.division),
        another_case=asked.another_case,
    )


def enterprise_of(answers: Answers) -> RegisteredEnterprise:
    """Who the employer is, as its papers say."""
    return RegisteredEnterprise(
        uscc=answers["uscc"],
        name=answers["name"],
        address=answers["address"],
        founded_on=date.fromisoformat(answers["founded_on"]),
        legal_representative=answers["legal_representative"],
        division=answers["division"],
    )


def typed(answers: Answers) -> Opening:
    """启缴信息, as it was entered."""
    bank, _, branch = answers["bank"].partition("/")
    return Opening(
        first_month=date.fromisoformat(f"{answers['first_month']}-01"),
        member_ratio=Decimal(answers["member_ratio"]),
        employer_ratio=Decimal(answers["employer_ratio"]),
        headcount=int(answers["headcount"]),
        wages_fen=int(answers["wages"]),
        payday=int(answers["payday"]),
        bank_code=bank,
        bank_branch_code=branch,
        affiliation=answers["affiliation"],
        agent_name=answers["agent_name"],
        agent_phone=answers["agent_phone"],
        with_hall=answers["with_hall"] == YES,
    )


def subject(facts: CounterOpeningFacts) -> Subject | None:
    """The organisation by the code that is its own for life: it has no row of ours yet."""
    if facts.enterprise is None:
        return None
    return Subject("newcomer", _number(facts.enterprise.uscc), facts.branch_code)


def _number(uscc: str) -> int:
    """主体标识码, the ninth to the seventeenth character, as a number."""
    return int(uscc[8:17], 36)


def record(facts: CounterOpeningFacts, quote: Quote | None, at: datetime) -> Mapping[str, str]:
    """Every value a page of this service may show, by field code."""
    branch = policy.current().branches.get(facts.branch_code)
    number = facts.opening.live_account if facts.opening is not None else ""
    return {
        "branch": branch.name if branch is not None else "—",
        "account_number": number or "还没有开立",
    }


def fingerprint(facts: CounterOpeningFacts) -> str:
    """Nothing but what was entered is approved, and whether the name or address is another's."""
    found = facts.opening
    return "" if found is None else f"{found.name_taken}{found.address_taken}"


def divisions() -> tuple[tuple[str, str], ...]:
    """The divisions that this centre's branches look after, with the branch."""
    branches = policy.current().branches.values()
    return tuple((code, f"{code}（{one.name}）") for one in branches for code in one.divisions)


def clean(answers: Answers) -> Answers | Mistakes:
    """A code is a code, a name has no blanks, a phone is a phone."""
    tidy = dict(answers) | {"uscc": normalise_uscc(answers["uscc"])}
    found = {
        "uscc": uscc_problem(tidy["uscc"]),
        "name": "单位名称中不能有空格。" if tidy["name"].split() != [tidy["name"]] else None,
        "agent_phone": phone_problem(tidy["agent_phone"]),
    }
    wrong = {code: problem for code, problem in found.items() if problem}
    return Mistakes(wrong) if wrong else tidy
