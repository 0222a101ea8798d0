"""Members' accounts: balances, N, settled interest years and holds, derived from their lines."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from anju.ledger.replay.deviations import Deviation, Stream, Terms, differs, together
from anju.ledger.replay.reckoning import Entry, earned, earned_by_terms, july, lying, year_begin
from anju.ledger.replay.records import Hold, Line, Merge, Settled, Stored
from anju.ledger.replay.reinstated import reinstated

_ACCOUNTS = """
    SELECT id, state::text, opened_on, interest_from, restate_from, balance, v, n_prev, carried,
           v_carried, n_prev_carried, held, employer_id
    FROM ledger_account ORDER BY id
"""
_LINES = """
    SELECT l.account_id, l.accounting_date, l.voucher_id, l.line_no, l.kind, l.amount,
           l.carried_delta, l.value_date, l.balance_after,
           l.amount < 0 AND coalesce((SELECT h.reverses IS NOT NULL FROM ledger_voucher h
                                      WHERE h.id = l.voucher_id), false)
    FROM ledger_member_line l ORDER BY l.account_id
"""
_SETTLEMENTS = """
    SELECT account_id, year, revision, n, rate, day_base, interest, rolled, voucher_id, terms::text
    FROM ledger_interest_settlement WHERE state = 'posted' ORDER BY account_id, year, revision
"""
# With a hold: the voucher by which its money came back, and the interest which that took back.
_HOLDS = """
    SELECT h.account_id, h.id, h.state::text, h.purpose::text, h.amount, h.interest,
           h.interest_until, h.n, h.rate, h.day_base, h.order_no, h.voucher_id, b.id,
           (SELECT coalesce(-sum(g.amount), 0)::bigint FROM ledger_gl_line g
            WHERE g.accounting_date = b.accounting_date AND g.voucher_id = b.id
              AND g.subject LIKE '411%')
    FROM ledger_hold h
    LEFT JOIN ledger_voucher b ON b.reverses = h.voucher_id AND b.kind = 'payout.reinstated'
    ORDER BY h.account_id, h.id
"""
_MERGES = "SELECT source, target, voucher_id FROM ledger_account_merge ORDER BY source"


@dataclass(slots=True)
class AccountsSeen:
    """What the accounts' replay counted; `balances` are what was derived, by employer, in fen."""

    accounts: int = 0
    lines: int = 0
    years: int = 0
    balances: dict[int | None, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def balance(self) -> int:
        """All of it."""
        return sum(self.balances.values())


@dataclass(slots=True)
class _Account:
    """One account's rows, its lines in the order of their vouchers."""

    lines: list[Line]
    settled: list[Settled]
    holds: list[Hold]
    stored: Stored
    today: date
    terms: Terms | None
    went: Merge | None
    entries: list[Entry] = field(default_factory=list)
    last: dict[int, Settled] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines.sort(key=lambda line: (line.voucher_id, line.line_no))
        self.entries = [(line.value_date, line.amount) for line in self.lines]
        self.last = {row.year: row for row in self.settled}

    @property
    def name(self) -> str:
        return f"account {self.stored.id}"


def replay_accounts(
    stream: Stream, *, today: date, terms: Terms | None, seen: AccountsSeen
) -> Iterator[Deviation]:
    """Every deviation of members' accounts; `seen` counts what was read and derived."""
    streams = (stream(sql, None) for sql in (_ACCOUNTS, _LINES, _SETTLEMENTS, _HOLDS, _MERGES))
    for (account_id,), (stored, lines, settled, holds, went) in together(*streams, key=1):
        seen.accounts += len(stored)
        seen.lines += len(lines)
        seen.years += len(settled)
        balance = sum(row[5] for row in lines)
        seen.balances[stored[0][-1] if stored else None] += balance
        if not stored:
            yield from differs("account", f"account {account_id}", None, f"a balance of {balance}")
            continue
        yield from _deviations(
            _Account(
                [Line(*row) for row in lines], [Settled(*row) for row in settled],
                [Hold(*row) for row in holds], Stored(*stored[0]), today, terms,
                Merge(*went[0]) if went else None,
            )
        )  # fmt: skip


def _deviations(account: _Account) -> Iterator[Deviation]:
    yield from _running(account)
    yield from _products(account)
    yield from _years(account)
    yield from _missing_years(account)
    yield from _held(account)
    paid_out = account.stored.state == "closed" and account.went is None
    yield from reinstated(account.name, paid_out=paid_out, holds=account.holds, lines=account.lines)
    yield from _emptied(account)


def _emptied(account: _Account) -> Iterator[Deviation]:
    """Whoever went into another account left nothing on any day of the interest year."""
    if account.went is None:
        return
    what = f"{account.name}, merged into {account.went.target}"
    yield from differs("merged", what, account.stored.state, "closed")
    left: dict[date, int] = defaultdict(int)
    for line in account.lines:
        left[max(line.value_date, account.stored.interest_from)] += line.amount
    for day, fen in left.items():
        if fen:
            yield Deviation("merged", what, f"{fen} from {day}", "0")


def _running(account: _Account) -> Iterator[Deviation]:
    """The balance after each line and at the end, and the part of it that is carried."""
    stored, balance = account.stored, 0
    for line in account.lines:
        balance += line.amount
        place = f"{account.name}, voucher {line.voucher_id}"
        yield from differs("balance after", place, line.balance_after, balance)
        # Interest booked on 30 June is money of 1 July.
        latest = line.accounting_date + timedelta(days=line.kind == "interest")
        # What came from another account is older than this one may be.
        earliest = line.value_date if line.kind == "merged" else account.stored.opened_on
        if not earliest <= line.value_date <= latest:
            derived = f"{earliest} to {latest}"
            yield Deviation("value date", place, f"{line.value_date}", derived)
    yield from differs("balance", account.name, stored.balance, balance)
    carried = sum(line.carried for line in account.lines)
    carried += sum(row.rolled for row in account.settled)
    yield from differs("carried", account.name, stored.carried, carried)


def _products(account: _Account) -> Iterator[Deviation]:
    """N of this interest year up to today, N put aside, and the carried part of both."""
    stored = account.stored
    since, until = stored.interest_from, account.today
    if (since.month, since.day) != (7, 1):
        yield from differs("N", account.name, f"from {since}", f"from {year_begin(since)}")
        return
    if stored.state == "closed":
        yield from differs("N", account.name, (stored.v, stored.v_carried), (0, 0))
        return
    carried = _carried_entries(account)
    kept = (stored.balance * (until - since).days - stored.v,
            stored.carried * (until - since).days - stored.v_carried)  # fmt: skip
    derived = (lying(account.entries, since, until), lying(carried, since, until))
    yield from differs("N", account.name, kept, derived)
    if stored.n_prev is not None:
        before = july(since.year - 1)
        kept_before = (stored.n_prev, stored.n_prev_carried)
        put_aside = (lying(account.entries, before, since), lying(carried, before, since))
        yield from differs("N of the last year", account.name, kept_before, put_aside)


def _carried_entries(account: _Account) -> list[Entry]:
    """What came to and left carried money; a roll is money of its 1 July."""
    rolls = [(july(row.year), row.rolled) for row in account.settled if row.rolled]
    return [*((line.value_date, line.carried) for line in account.lines), *rolls]


def _years(account: _Account) -> Iterator[Deviation]:
    """N, rate, interest and roll of every settled year and each of its revisions."""
    given: dict[int, int] = defaultdict(int)
    for line in account.lines:
        if line.kind == "interest":
            given[line.voucher_id] += line.amount
    before = 0
    for row in account.settled:
        if row.revision == 0:
            before = 0
        closing = _closing_of(account, row)
        what = f"{account.name}, {row.year}" + (f" revision {row.revision}" * bool(row.revision))
        yield from _year_product(account, row, closing, what)
        yield from _year_interest(account, row, closing, what)
        if closing is None:
            more = row.interest - before
            posted = given[row.voucher_id] if row.voucher_id else 0
            # Interest that was too much is taken back as far as there is money for it.
            if more >= 0 or not more <= posted <= 0:
                yield from differs("interest posted", what, posted, more)
            yield from _rolled(account, row, what)
        before = row.interest


def _closing_of(account: _Account, row: Settled) -> Hold | None:
    """The closing order that settled this row, None when the year's end did."""
    for hold in account.holds:
        if hold.purpose == "closing" and hold.state == "settled" and hold.until is not None:
            same_year = year_begin(hold.until).year + 1 == row.year
            if same_year and (hold.voucher_id, hold.n) == (row.voucher_id, row.n):
                return hold
    return None


def _year_product(
    account: _Account, row: Settled, closing: Hold | None, what: str
) -> Iterator[Deviation]:
    since = july(row.year - 1)
    until = closing.until if closing and closing.until else july(row.year)
    derived = lying(account.entries, since, until)
    if row.n == derived or _taken_back(account, row):
        return
    waits = account.stored.restate_from is not None and since >= account.stored.restate_from
    superseded = account.last[row.year] is not row
    came_back = closing is not None and account.stored.state != "closed"
    if (waits or superseded or came_back) and row.n in _products_so_far(account, since, until):
        return
    yield from differs("N as settled", what, row.n, derived)


def _taken_back(account: _Account, row: Settled) -> bool:
    """Whether this undoes what a closing order settled, its year being still to be settled."""
    stored, end = account.stored, july(row.year)
    goes_on = end > stored.interest_from or (
        end == stored.interest_from and stored.n_prev is not None
    )
    backs = {hold.back for hold in account.holds if hold.back is not None}
    return goes_on and row.voucher_id in backs and (row.n, row.interest) == (0, 0)


def _products_so_far(account: _Account, since: date, until: date) -> set[int]:
    """N of a year as it stood after each line: a revision must be one of them."""
    n, found = 0, {0}
    for line in account.lines:
        if line.value_date < until:
            n += line.amount * (until - max(line.value_date, since)).days
            found.add(n)
    return found


def _year_interest(
    account: _Account, row: Settled, closing: Hold | None, what: str
) -> Iterator[Deviation]:
    if row.terms is not None:
        yield from _interest_by_terms(account, row, what)
    if row.rate is None or row.day_base is None:
        return
    yield from differs(
        "interest", what, row.interest, earned(row.n, Fraction(row.rate), row.day_base)
    )
    day = closing.until if closing and closing.until else date(row.year, 6, 30)
    in_force = account.terms(day) if account.terms else None
    if in_force is not None:
        yield from differs("rate", what, (Fraction(row.rate), row.day_base), in_force)


def _interest_by_terms(account: _Account, row: Settled, what: str) -> Iterator[Deviation]:
    """The interest of a year of more than one rate, as long as nothing has touched it since."""
    since, until = july(row.year - 1), july(row.year)
    restates = account.stored.restate_from
    if account.last[row.year] is not row or (restates is not None and since >= restates):
        return
    carried: list[Entry] = []
    for line in account.lines:
        if line.value_date < since or line.kind == "interest":
            carried.append((line.value_date, line.amount))
        elif line.accounting_date < until or line.carried < 0:
            carried.append((line.value_date, line.carried))
    derived = earned_by_terms(account.entries, carried, row.terms or "", row.day_base or 1)
    yield from differs("interest", what, row.interest, derived)


def _rolled(account: _Account, row: Settled, what: str) -> Iterator[Deviation]:
    """What the old year left in current money, less what has come and gone since 1 July."""
    if row.voucher_id is None or row.revision:
        return
    begin = july(row.year)
    earlier = [line for line in account.lines if line.voucher_id < row.voucher_id]
    rolled = sum(s.rolled for s in account.settled if s.year < row.year)
    current = sum(line.amount - line.carried for line in earlier) - rolled
    fresh = sum(
        line.amount - line.carried
        for line in earlier
        if line.accounting_date >= begin and line.value_date >= begin
        and (line.amount > 0 or line.takes_back)
    )  # fmt: skip
    yield from differs("roll", what, row.rolled, current - min(current, max(fresh, 0)))


def _missing_years(account: _Account) -> Iterator[Deviation]:
    """Every 1 July that the account has lived through was settled or is still to be."""
    stored = account.stored
    if not account.lines or stored.state == "closing":
        return
    first = year_begin(min(line.accounting_date for line in account.lines)).year + 1
    last = stored.interest_from.year
    known = set(account.last)
    if stored.n_prev is not None:
        known.add(last)
    ends = [h for h in account.holds if h.purpose == "closing" and h.state == "settled"]
    if stored.state == "closed":
        last = max((year_begin(h.until).year + 1 for h in ends if h.until), default=last)
    for year in range(first, last + 1):
        if year not in known:
            yield Deviation("interest year", f"{account.name}, {year}", "not settled", "must be")


def _held(account: _Account) -> Iterator[Deviation]:
    """What is held, and that each settled order took exactly what it was given."""
    stored, held, closing = account.stored, 0, 0
    for hold in account.holds:
        if hold.state in ("placed", "ordered"):
            held += hold.amount
        closing += hold.purpose == "closing" and hold.state == "ordered"
        if hold.state not in ("ordered", "settled") or hold.until is None:
            continue
        what = f"{account.name}, order {hold.order_no}"
        if hold.state == "settled":
            took = [x for x in account.lines if x.voucher_id == hold.voucher_id and x.amount < 0]
            yield from differs("order", what, hold.amount, -sum(line.amount for line in took))
            for line in took:
                yield from differs("order's day", what, hold.until, line.value_date)
        if hold.n is not None and hold.rate is not None and hold.day_base is not None:
            right = earned(hold.n, Fraction(hold.rate), hold.day_base)
            yield from differs("order's interest", what, hold.interest, right)
    yield from differs("held", account.name, stored.held, held)
    yield from differs("closing", account.name, int(stored.state == "closing"), closing)
