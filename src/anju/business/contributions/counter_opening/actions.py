"""What the approval of an opening at the counter brings about: the employer and its account."""

from datetime import datetime

from anju.business.contributions import opening
from anju.business.contributions.counter_opening import facts
from anju.business.contributions.counter_opening.rules import SEEN_BY_STAFF
from anju.business.contributions.opening import NotOpened
from anju.cases.declaration import CaseRef
from anju.store import turns
from anju.store.audit import Actor


def lock(number: int) -> None:
    """Names, codes and addresses are compared across all accounts: one opening at a time."""
    turns.take_turn("contributions.opening")


def finish(case: CaseRef, at: datetime) -> None:
    """Open the account in the name of who approved; the agent it names is invited if so asked."""
    assert case.decided_by is not None
    answer = opening.open_account(
        facts.enterprise_of(case.answers),
        facts.typed(case.answers),
        key=case.reference,
        by=Actor.staff(case.decided_by),
        waived=SEEN_BY_STAFF,
        at=at,
    )
    # Every rule held under the same turn a moment ago.
    assert not isinstance(answer, NotOpened), answer
