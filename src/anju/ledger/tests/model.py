"""What the ledger should hold, told again in a few lines of Python that know no columns.

An account is the list of what came and went, each with its value date; everything else follows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from anju.domain.interest import interest

YEAR_BEGAN, TURN = date(2026, 7, 1), date(2027, 7, 1)


class Refused(Exception):
    """The model says that the ledger must say no, with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = f"ledger.{code}"


@dataclass
class HoldModel:
    """Money set aside; `until` and `interest` are the order's."""

    id: int
    amount: int
    closes: bool
    state: str = "placed"
    order_no: str = ""
    interest: int = 0
    until: date = YEAR_BEGAN
    was: str = ""
    came_back: bool = False


@dataclass
class AccountModel:
    """One account: its entries as (value date, fen), its state, its holds, its freezes."""

    id: int
    interest_from: date
    state: str = "open"
    entries: list[tuple[date, int]] = field(default_factory=list)
    holds: dict[int, HoldModel] = field(default_factory=dict)
    freezes: dict[int, int | None] = field(default_factory=dict)
    owes_year: bool = False
    """Whether last year's interest is not yet settled."""
    settled: tuple[int, int] | None = None
    """N and interest of last year as they were settled."""
    restates: bool = False
    """Whether a line has touched that year since."""

    @property
    def balance(self) -> int:
        return 0 if self.state == "closed" else sum(fen for _, fen in self.entries)

    @property
    def held(self) -> int:
        live = (hold for hold in self.holds.values() if hold.state in ("placed", "ordered"))
        return sum(hold.amount for hold in live)

    @property
    def ended(self) -> bool:
        return self.state in ("closing", "closed")

    def frozen(self) -> int | None:
        """Fen that courts keep; None for everything."""
        kept = list(self.freezes.values())
        return None if None in kept else sum(fen for fen in kept if fen)

    @property
    def free(self) -> int:
        """What may leave."""
        frozen = self.frozen()
        if self.ended or frozen is None:
            return 0
        return max(0, self.balance - self.held - frozen)

    def n(self, since: date, until: date) -> int:
        """Every fen times the days it lay there between two days."""
        return sum(fen * (until - max(day, since)).days for day, fen in self.entries if day < until)

    def this_year(self, today: date) -> int:
        """N since the interest year of this account began."""
        return 0 if self.state == "closed" else self.n(self.interest_from, today)

    def last_year(self) -> int | None:
        """N of the year that is over and not settled."""
        if not self.owes_year:
            return None
        return self.n(self.interest_from.replace(year=self.interest_from.year - 1),
                      self.interest_from)  # fmt: skip

    def turn(self) -> None:
        """1 July has come; an order with the bank keeps its year."""
        if not self.ended and self.interest_from < TURN:
            self.interest_from, self.owes_year = TURN, True

    # -- what may be done ---------------------------------------------------------------------

    def may_take(self, fen: int) -> None:
        """Whether a withdrawal of so much is lawful."""
        if self.ended:
            raise Refused(self.state)
        if self.free < fen:
            raise Refused("frozen" if self.balance - self.held >= fen else "insufficient")

    def may_hold(self, fen: int, own: int) -> None:
        """Whether so much may be set aside or ordered, `own` of it being set aside already."""
        if self.ended:
            raise Refused(self.state)
        free, frozen = self.balance - self.held + own, self.frozen()
        if frozen is None or free - frozen < fen:
            raise Refused("frozen" if free >= fen else "insufficient")

    def may_be_valued(self, day: date) -> None:
        """Whether a line may bear this value date: only years that the books know."""
        oldest = self.interest_from
        if self.owes_year or self.settled is not None:
            oldest = oldest.replace(year=oldest.year - 1)
        if day < oldest:
            raise Refused("restatement")

    def enter(self, day: date, fen: int) -> None:
        """A line; one of a settled year has that year reckoned again."""
        self.entries.append((day, fen))
        self.restates |= self.settled is not None and day < self.interest_from


@dataclass
class Model:
    """All accounts, the centre's cash, and what waits or is owed."""

    today: date
    accounts: dict[int, AccountModel] = field(default_factory=dict)
    cash: int = 0
    waiting: int = 0
    claims: int = 0
    interest_paid: int = 0

    def open(self, account_id: int) -> None:
        began = TURN if self.today >= TURN else YEAR_BEGAN
        self.accounts[account_id] = AccountModel(account_id, began)

    def gains(self, account: AccountModel, fen: int, day: date) -> None:
        """Money arrives: on the account, or beside it when that is closing or closed."""
        if account.ended:
            self.waiting += fen
            return
        account.may_be_valued(day)
        account.enter(day, fen)

    def loses(self, account: AccountModel, fen: int, day: date) -> None:
        """Money leaves."""
        account.may_take(fen)
        account.may_be_valued(day)
        account.enter(day, -fen)

    def gives_back(self, account: AccountModel, fen: int, day: date) -> None:
        """A remittance is reversed: what there is leaves, the rest is a claim on the member."""
        taken = min(fen, account.free)
        self.claims += fen - taken
        if taken:
            account.may_be_valued(day)
            account.enter(day, -taken)

    def merges(self, source: AccountModel, target: AccountModel) -> None:
        """All of the one is the other's, from the days from which it was there."""
        if source is target:
            raise Refused("totals")
        for each in (source, target):
            if each.ended:
                raise Refused(each.state)
            if each.restates:
                raise Refused("restatement")
            if each.owes_year:
                raise Refused("year_unsettled")
        if source.state == "open":
            raise Refused("open")
        if source.freezes:
            raise Refused("frozen")
        if source.held:
            raise Refused("insufficient")
        target.entries += [(max(day, source.interest_from), fen) for day, fen in source.entries]
        source.entries, source.state = [], "closed"

    def orders(self, account: AccountModel, hold: HoldModel) -> int:
        """Whether the hold may be ordered as it stands; gives the principal."""
        if hold.state == "released":
            raise Refused("no_hold")
        principal = account.balance if hold.closes else hold.amount
        account.may_hold(principal, hold.amount)
        if hold.closes and account.restates:
            raise Refused("restatement")
        if hold.closes and account.owes_year:
            raise Refused("year_unsettled")
        return principal

    def ordered(self, account: AccountModel, hold: HoldModel, principal: int) -> None:
        hold.amount, hold.state, hold.was = principal, "ordered", account.state
        if hold.closes:
            account.state = "closing"

    def settles(self, account: AccountModel, hold: HoldModel) -> None:
        """The bank paid an order."""
        if hold.state != "ordered":
            raise Refused("no_hold")
        if hold.amount:
            account.may_be_valued(hold.until)
        account.enter(hold.until, -hold.amount)
        self.cash -= hold.amount + hold.interest
        self.interest_paid += hold.interest
        hold.state = "settled"
        if hold.closes:
            account.state = "closed"

    def releases(self, account: AccountModel, hold: HoldModel) -> bool:
        """The money is the account's again; False when it had been."""
        if hold.state == "settled":
            raise Refused("no_hold")
        if hold.state == "released":
            return False
        if hold.closes and hold.state == "ordered":
            account.state = hold.was
            if self.today >= TURN:
                account.turn()
        hold.state = "released"
        return True

    def reinstates(
        self, account: AccountModel, hold: HoldModel, since: date, rate: Fraction, day_base: int
    ) -> None:
        """A closing order's money is the account's again, from a day on."""
        year_is_whole = hold.until >= TURN or since < TURN
        account.state, hold.came_back = "sealed", True
        account.interest_from = TURN if self.today >= TURN else YEAR_BEGAN
        back = hold.amount + (0 if year_is_whole else hold.interest)
        if back:
            account.entries.append((since, back))
        if year_is_whole:
            self.interest_paid -= hold.interest
        if hold.until < TURN <= self.today:
            n = account.n(YEAR_BEGAN, TURN)
            account.settled = n, hold.interest
            if year_is_whole:
                account.settled = n, interest(n, rate=rate, day_base=day_base)
                self.interest_paid += account.settled[1]
                account.entries.append((TURN, account.settled[1]))
        self.waiting -= hold.amount + hold.interest

    def settles_year(self, account: AccountModel, rate, day_base: int) -> int | None:
        """Last year's interest comes onto the account, as money of 1 July."""
        if account.ended:
            raise Refused(account.state)
        n = account.last_year()
        if n is None:
            return None
        earned = interest(n, rate=rate, day_base=day_base)
        account.owes_year, account.settled = False, (n, earned)
        if earned:
            account.entries.append((account.interest_from, earned))
        self.interest_paid += earned
        return earned

    def restates(self, account: AccountModel, rate, day_base: int) -> list[int]:
        """The settled year reckoned again: the difference comes on, or what there is leaves."""
        if not account.restates:
            return []
        assert account.settled is not None
        account.restates, (was, paid) = False, account.settled
        n = account.n(YEAR_BEGAN, TURN)
        if n == was:
            return []
        account.settled = n, interest(n, rate=rate, day_base=day_base)
        more = account.settled[1] - paid
        given = max(more, -account.free)
        self.claims += given - more
        if given:
            account.entries.append((TURN, given))
        self.interest_paid += more
        return [more]

    def flips(self, to: date) -> None:
        """Another day."""
        if self.today < TURN <= to:
            for account in self.accounts.values():
                account.turn()
        self.today = to
