"""An employer as it stands, for the rules of what it applies for; and the way through a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from anju.business.contributions.standing import Standing
from anju.business.contributions.stopping.tests import cast as stop
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import actions
from anju.cases.ownership import Entrant
from anju.cases.records import Entered, EvidenceAdded, Submitted
from anju.domain.employer_account import AccountState
from anju.domain.rules import Outcome, evaluate
from anju.parties.facts import EmployerFacts
from anju.parties.models import User

AT = cast.AT
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def stands(**other) -> Standing:
    """An employer that has paid through October and has nothing under way."""
    return replace(
        Standing(
            employer=EmployerFacts(1, "演示·学校", "91140800MA0000001X", "yanhu"),
            account_id=1,
            number="DW1",
            state=AccountState.NORMAL,
            member_ratio=Fraction(12, 100),
            employer_ratio=Fraction(12, 100),
            paid_through=date(2026, 10, 1),
            due_month=NOVEMBER,
            contributing=2,
            list_unpaid="",
            adjusting="",
            deferral=None,
            lowering="",
            another_case=None,
        ),
        **other,
    )


def enter(service: str, by: Entrant, posted: dict[str, str], **whom) -> object:
    """What comes of entering; staff name the members' employer."""
    if by.employer_id is None and not whom:
        whom = {"employer_id": cast.employer()}
    return actions.enter(service, by=by, posted=posted, at=AT, **whom)


def submitted(service: str, by: Entrant, posted: dict[str, str], *slots: str, **whom) -> str:
    """A case that waits for its review, with a picture in each of these places."""
    answer = enter(service, by, posted, **whom)
    assert isinstance(answer, Entered), answer
    for slot in slots:
        kept = actions.add_entered_evidence(
            answer.reference, by=by, slot=slot, content=cast.photo(120), at=AT
        )
        assert kept == EvidenceAdded(slot)
    assert actions.submit_entered(answer.reference, by=by, at=AT) == Submitted(answer.reference)
    return answer.reference


def approved(service: str, by: Entrant, posted: dict[str, str], *slots: str, **whom) -> str:
    """A case that another person at the branch has approved."""
    reference = submitted(service, by, posted, *slots, **whom)
    known = User.objects.filter(username="yanhu.decides").first()
    stop.approved(reference, (known or cast.staff("yanhu.decides")).pk)
    return reference


def unmet(answer) -> set[str]:
    """The codes of the rules that stand against it."""
    return {each.code.partition(".")[2] for each in answer.findings if not each.met}


def unmet_codes(findings) -> set[str]:
    """The codes of findings that do not hold."""
    return {each.code.partition(".")[2] for each in findings if not each.met}


def told(rules, code: str, given: object, outcome: Outcome, saw: str, *, city) -> None:
    """What one rule finds of some facts, with what it saw."""
    (rule,) = (each for each in rules if each.code == code)
    (found,) = evaluate([rule], given, city, AT)
    assert (found.outcome, saw in found.saw) == (outcome, True), found
    assert found.met or found.mended_by


def both_ways(rules, table) -> None:
    """Every rule is met in one line of the table and unmet in another."""
    seen = {(code, outcome) for code, _given, outcome, *_ in table}
    for rule in rules:
        assert {(rule.code, Outcome.MET), (rule.code, Outcome.UNMET)} <= seen, rule.code
