"""The employer account's machine: every legal step, every other one refused."""

import itertools

import pytest

from anju.domain.employer_account import (
    REMITS,
    STANDARD_CODES,
    STATE_WORDS,
    AccountEvent,
    AccountState,
    IllegalEvent,
    decide,
)

S, E = AccountState, AccountEvent
LEGAL = {
    (S.OPENED, E.REMITTED): S.NORMAL,
    (S.OPENED, E.SEALED): S.SEALED,
    (S.OPENED, E.CLOSED): S.CLOSED,
    (S.NORMAL, E.REMITTED): S.NORMAL,
    (S.NORMAL, E.DEFERRAL_BEGAN): S.DEFERRED,
    (S.NORMAL, E.SEALED): S.SEALED,
    (S.NORMAL, E.CLOSED): S.CLOSED,
    (S.DEFERRED, E.REMITTED): S.DEFERRED,
    (S.DEFERRED, E.DEFERRAL_ENDED): S.NORMAL,
    (S.DEFERRED, E.SEALED): S.SEALED,
    (S.SEALED, E.UNSEALED): S.NORMAL,
    (S.SEALED, E.CLOSED): S.CLOSED,
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(S, E)))
def test_every_step(state: AccountState, event: AccountEvent) -> None:
    if (state, event) in LEGAL:
        assert decide(state, event) is LEGAL[state, event]
    else:
        with pytest.raises(IllegalEvent, match=f"{event} does not fit an account that is {state}"):
            decide(state, event)


def test_states_have_the_standards_codes_and_words() -> None:
    assert STANDARD_CODES == {
        S.NORMAL: "01", S.OPENED: "02", S.DEFERRED: "03", S.CLOSED: "04", S.SEALED: "05",
    }  # fmt: skip
    assert set(STATE_WORDS) == set(S)
    assert {S.OPENED, S.NORMAL, S.DEFERRED} == REMITS
