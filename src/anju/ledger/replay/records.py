"""Rows of an account as they are stored: what a replay of it looks at."""

from datetime import date
from typing import NamedTuple


class Stored(NamedTuple):
    """An account as its row says it is."""

    id: int
    state: str
    opened_on: date
    interest_from: date
    restate_from: date | None
    balance: int
    v: int
    n_prev: int | None
    carried: int
    v_carried: int
    n_prev_carried: int | None
    held: int
    employer_id: int | None


class Line(NamedTuple):
    """One movement of an account."""

    account_id: int
    accounting_date: date
    voucher_id: int
    line_no: int
    kind: str
    amount: int
    carried: int
    value_date: date
    balance_after: int
    takes_back: bool


class Settled(NamedTuple):
    """One interest year as it was settled, or revised."""

    account_id: int
    year: int
    revision: int
    n: int
    rate: str | None
    day_base: int | None
    interest: int
    rolled: int
    voucher_id: int | None
    terms: str | None


class Hold(NamedTuple):
    """Money set aside for one case, and its order.

    `back` is the voucher by which its money came onto the account again, and `interest_back` the
    fen of paid interest that this voucher took back.
    """

    account_id: int
    id: int
    state: str
    purpose: str
    amount: int
    interest: int | None
    until: date | None
    n: int | None
    rate: str | None
    day_base: int | None
    order_no: str | None
    voucher_id: int | None
    back: int | None
    interest_back: int


class Merge(NamedTuple):
    """That an account went into another, and the voucher that carried its money."""

    source: int
    target: int
    voucher_id: int | None
