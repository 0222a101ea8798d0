"""The life of an employer's account as a pure machine: decide(state, event) -> state.

States carry the codes of JGJ/T 320-2014, table A.4.
"""

from enum import StrEnum


class AccountState(StrEnum):
    """Where an employer's account stands (单位账户状态)."""

    OPENED = "opened"
    """开户: open, and nothing was remitted yet."""
    NORMAL = "normal"
    DEFERRED = "deferred"
    """缓缴: an approved delay is running."""
    SEALED = "sealed"
    CLOSED = "closed"


STANDARD_CODES = {
    AccountState.NORMAL: "01",
    AccountState.OPENED: "02",
    AccountState.DEFERRED: "03",
    AccountState.CLOSED: "04",
    AccountState.SEALED: "05",
}
STATE_WORDS = {
    AccountState.OPENED: "开户",
    AccountState.NORMAL: "正常",
    AccountState.DEFERRED: "缓缴",
    AccountState.SEALED: "封存",
    AccountState.CLOSED: "销户",
}
REMITS = frozenset({AccountState.OPENED, AccountState.NORMAL, AccountState.DEFERRED})
"""States in which a month's list may be confirmed and paid."""


class AccountEvent(StrEnum):
    """What happens to an employer's account."""

    REMITTED = "remitted"
    """A month was paid and booked."""
    DEFERRAL_BEGAN = "deferral_began"
    """An approved deferral has reached its first month."""
    DEFERRAL_ENDED = "deferral_ended"
    """Its last month has passed, or the employer pays again."""
    SEALED = "sealed"
    """No contributions are expected any more."""
    UNSEALED = "unsealed"
    CLOSED = "closed"
    """Its people, their money and its own are gone."""


class IllegalEvent(Exception):
    """The event does not fit the state; nothing happens."""

    def __init__(self, state: AccountState, event: AccountEvent) -> None:
        super().__init__(f"{event} does not fit an account that is {state}")


_STEPS = {
    (AccountState.OPENED, AccountEvent.REMITTED): AccountState.NORMAL,
    (AccountState.NORMAL, AccountEvent.REMITTED): AccountState.NORMAL,
    (AccountState.DEFERRED, AccountEvent.REMITTED): AccountState.DEFERRED,
    (AccountState.NORMAL, AccountEvent.DEFERRAL_BEGAN): AccountState.DEFERRED,
    (AccountState.DEFERRED, AccountEvent.DEFERRAL_ENDED): AccountState.NORMAL,
    (AccountState.OPENED, AccountEvent.SEALED): AccountState.SEALED,
    (AccountState.NORMAL, AccountEvent.SEALED): AccountState.SEALED,
    (AccountState.DEFERRED, AccountEvent.SEALED): AccountState.SEALED,
    (AccountState.SEALED, AccountEvent.UNSEALED): AccountState.NORMAL,
    (AccountState.OPENED, AccountEvent.CLOSED): AccountState.CLOSED,
    (AccountState.NORMAL, AccountEvent.CLOSED): AccountState.CLOSED,
    (AccountState.SEALED, AccountEvent.CLOSED): AccountState.CLOSED,
}


def decide(state: AccountState, event: AccountEvent) -> AccountState:
    """The state after an event. Raises IllegalEvent when the two do not fit."""
    try:
        return _STEPS[state, event]
    except KeyError:
        raise IllegalEvent(state, event) from None
