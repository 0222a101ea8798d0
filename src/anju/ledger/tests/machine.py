"""The ledger driven by Hypothesis through its public functions, beside a model of itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from anju import ledger
from anju.domain.interest import interest
from anju.domain.vouchers import GlLine, MemberLine, Voucher
from anju.ledger.tests import books
from anju.ledger.tests.answers import Said, Sent, said
from anju.ledger.tests.model import TURN, AccountModel, HoldModel, Model, Refused

RATE, BASE = Fraction("0.015"), 360
LAST_DAY = date(2028, 6, 1)
fen = st.integers(1, 500_000)
late = st.sampled_from([0, 0, 0, 1, 3, 40, 200])


class LedgerMachine(RuleBasedStateMachine):
    """Whatever is done in whatever order, the ledger says and holds what the model does."""

    accounts = Bundle("accounts")
    sent = Bundle("sent")
    holds = Bundle("holds")
    freezes = Bundle("freezes")

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        ledger.open_day(books.DAY)
        self.model = Model(books.DAY)

    def teardown(self) -> None:
        try:
            # What went wrong first is what is told.
            assert sys.exc_info()[0] is not None or books.sound()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def both(self, act: Callable[[], Any], expected: Callable[[], Any]) -> Said:
        """The ledger and the model agree on whether it may be, and on the answer if it has one."""
        answer = said(act)
        try:
            wanted, code = expected(), ""
        except Refused as refused:
            wanted, code = None, refused.code
        assert answer.code == code, f"said {answer}, expected {code or wanted!r}"
        if wanted is not None:
            assert answer.answer == wanted, f"said {answer}, expected {wanted!r}"
        return answer

    # -- accounts -------------------------------------------------------------------------------

    @initialize(target=accounts)
    def first(self):
        return multiple(*(self._open(employer, 2_021_621) for employer in (7, None)))

    @precondition(lambda self: len(self.model.accounts) < 5)
    @rule(
        target=accounts, employer=st.sampled_from([7, None]), opening=st.sampled_from([0, 99_999])
    )
    def open(self, employer, opening):
        return self._open(employer, opening)

    def _open(self, employer: int | None, opening: int) -> int:
        account = books.account(employer=employer)
        self.model.open(account)
        if opening:
            began = self.model.accounts[account].interest_from
            books.post(books.remittance(account, opening, value_date=began))
            self.model.gains(self.model.accounts[account], opening, began)
            self.model.cash += opening
        return account

    @rule(account=accounts, sealed=st.booleans())
    def seal(self, account, sealed):
        mine, wanted = self.model.accounts[account], "sealed" if sealed else "open"

        def expected() -> bool:
            if mine.ended:
                raise Refused(mine.state)
            was, mine.state = mine.state, wanted
            return was != wanted

        self.both(lambda: (ledger.seal if sealed else ledger.unseal)(account), expected)

    @rule(target=freezes, account=accounts, amount=st.none() | fen)
    def freeze(self, account, amount):
        doc_no = str(books.number())
        made = ledger.freeze(
            account, authority="演示法院", doc_no=doc_no, amount=amount, from_day=self.model.today
        )
        self.model.accounts[account].freezes[made] = amount
        return account, made

    @rule(freeze=consumes(freezes))
    def lift(self, freeze):
        account, made = freeze
        assert ledger.lift(made, doc_no=str(books.number()))
        assert not ledger.lift(made, doc_no=str(books.number()))
        del self.model.accounts[account].freezes[made]

    # -- postings -------------------------------------------------------------------------------

    def _post(self, voucher: Voucher, account: int, amount: int, day: date, expected) -> Any:
        key = f"m{books.number()}"

        def counted() -> None:
            expected()
            self.model.cash += amount

        answer = self.both(lambda: books.post(voucher, key=key), counted).answer
        if answer is None:
            return multiple()
        return Sent(voucher, key, account, amount, day, answer.voucher_ids[0])

    @rule(target=sent, account=accounts, amount=fen, days=late)
    def remit(self, account, amount, days):
        day = self.model.today - timedelta(days=days)
        mine = self.model.accounts[account]
        voucher = books.remittance(account, amount, value_date=day)
        return self._post(
            voucher, account, amount, day, lambda: self.model.gains(mine, amount, day)
        )

    @rule(target=sent, account=accounts, amount=fen)
    def withdraw(self, account, amount):
        mine, today = self.model.accounts[account], self.model.today
        voucher = books.withdrawal(account, amount)
        return self._post(
            voucher, account, -amount, today, lambda: self.model.loses(mine, amount, today)
        )

    @rule(giver=accounts, taker=accounts, amount=fen)
    def transfer(self, giver, taker, amount):
        """Two accounts in one voucher: both lines or none."""
        if giver == taker:
            return
        today = self.model.today
        mine, theirs = self.model.accounts[giver], self.model.accounts[taker]
        voucher = Voucher(
            "transfer", source_type="test", source_id=books.number(), occurred_at=books.AT,
            gl=(GlLine("201", amount), GlLine("201", -amount)),
            members=(
                MemberLine(giver, -amount, "transfer", today),
                MemberLine(taker, amount, "transfer", today),
            ),
        )  # fmt: skip

        def expected() -> None:
            self.model.loses(mine, amount, today)
            self.model.gains(theirs, amount, today)

        self.both(lambda: books.post(voucher) and None, expected)

    @rule(posted=sent, changed=st.booleans())
    def post_again(self, posted, changed):
        """The key answers for ever: with the same content only."""
        voucher = replace(posted.voucher, summary="另一笔") if changed else posted.voucher
        answer = said(lambda: books.post(voucher, key=posted.key))
        if changed:
            assert answer.code == "ledger.key_reused"
        else:
            assert answer.answer.repeated
            assert answer.answer.voucher_ids == (posted.voucher_id,)

    @rule(posted=consumes(sent))
    def reverse(self, posted):
        mine = self.model.accounts[posted.account]
        day = self._lawful_day(mine, posted)
        members = (MemberLine(posted.account, -posted.amount, "reversed", day),)
        voucher = replace(
            posted.voucher,
            kind="reversed",
            source_id=books.number(),
            gl=tuple(replace(line, amount=-line.amount) for line in posted.voucher.gl),
            members=members,
            reverses=posted.voucher_id,
        )

        def expected() -> None:
            if posted.amount > 0:
                self.model.gives_back(mine, posted.amount, day)
            else:
                self.model.gains(mine, -posted.amount, day)
            self.model.cash -= posted.amount

        self.both(lambda: books.post(voucher) and None, expected)
        again = replace(voucher, source_id=books.number())
        assert said(lambda: books.post(again)).code == "ledger.reversed_already"

    def _lawful_day(self, mine: AccountModel, posted: Sent) -> date:
        """The original's own day, unless its year is settled or N would fall below nothing."""
        day = max(posted.value_date, mine.interest_from)
        less = (self.model.today - day).days * max(posted.amount, 0)
        return day if mine.this_year(self.model.today) >= less else self.model.today

    @rule(gone=accounts, kept=accounts, sealed=st.booleans())
    def merge(self, gone, kept, sealed):
        """Two accounts turn out to be one person's."""
        self.seal(gone, sealed)
        mine, theirs = self.model.accounts[gone], self.model.accounts[kept]
        by = {"key": f"g{books.number()}", "maker": "a", "checker": "b", "occurred_at": books.AT}
        merge = partial(ledger.merge_accounts, gone, kept, **by)
        answer = self.both(lambda: merge() and None, lambda: self.model.merges(mine, theirs))
        assert answer.code or merge().repeated

    # -- holds ----------------------------------------------------------------------------------

    @rule(target=holds, account=accounts, amount=fen, closes=st.booleans(), at_once=st.booleans())
    def place(self, account, amount, closes, at_once):
        mine, case = self.model.accounts[account], books.number()
        amount = mine.balance if closes else amount
        purpose = ledger.CLOSING if closes else ledger.PARTIAL

        def place() -> int:
            return ledger.place_hold(account, case_id=case, purpose=purpose, amount=amount)

        def expected() -> None:
            mine.may_hold(amount, 0)
            live = [h for h in mine.holds.values() if h.closes and h.state == "placed"]
            if closes and live:
                raise Refused("closing")

        made = self.both(place, expected).answer
        if made is None:
            return multiple()
        assert place() == made, "asked again it is the same hold"
        mine.holds[made] = HoldModel(made, amount, closes)
        if at_once:
            self._order(mine, mine.holds[made])
        return account, made

    @rule(held=holds)
    def order(self, held):
        mine, hold = self._held(held)
        if hold.state not in ("ordered", "settled"):
            self._order(mine, hold)

    def _order(self, mine: AccountModel, hold: HoldModel) -> None:
        today, number = self.model.today, f"O{books.number()}"
        principal = mine.balance if hold.closes else hold.amount
        n = mine.this_year(today)
        earned = interest(n, rate=RATE, day_base=BASE) if hold.closes else 0
        order = {
            "order_no": number, "principal": principal, "interest": earned,
            "interest_until": today, "rate": RATE, "day_base": BASE,
        }  # fmt: skip

        def expected() -> int | None:
            self.model.ordered(mine, hold, self.model.orders(mine, hold))
            hold.order_no, hold.interest, hold.until = number, earned, today
            return n if hold.closes else None

        answer = self.both(lambda: ledger.order_hold(hold.id, **order), expected)
        if not answer.code:
            assert said(lambda: ledger.order_hold(hold.id, **order)) == answer, "a repeat"

    @rule(held=holds)
    def settle(self, held):
        mine, hold = self._held(held)
        total = hold.amount + hold.interest
        voucher = books.withdrawal(
            mine.id, hold.amount, interest=hold.interest, value_date=hold.until
        )
        settle = ledger.settle_closing if hold.closes else ledger.settle_partial
        self.both(
            lambda: settle(hold.id, [voucher] if total else [], key=f"s{books.number()}") and None,
            lambda: self.model.settles(mine, hold),
        )

    @rule(held=holds)
    def release(self, held):
        mine, hold = self._held(held)
        self.both(lambda: ledger.release_hold(hold.id), lambda: self.model.releases(mine, hold))

    @rule(held=holds, from_today=st.booleans())
    def reinstate(self, held, from_today):
        """A closing order comes back, and its account is to have the money again."""
        mine, hold = self._held(held)
        total, today = hold.amount + hold.interest, self.model.today
        if hold.state != "settled" or not hold.closes or hold.came_back or not total:
            return
        books.post(
            ledger.return_to_suspense(
                hold.order_no, bank_account_id=books.BANK, amount=total, occurred_at=books.AT
            )
        )
        self.model.cash += total
        self.model.waiting += total
        since = today if from_today else hold.until

        def reinstate() -> None:
            ledger.reinstate(
                hold.id, waits_under=hold.order_no, value_date=since,
                years=[ledger.EndedYear(TURN.year, RATE, BASE)], maker="a", checker="b",
                occurred_at=books.AT,
            )  # fmt: skip

        self.both(reinstate, lambda: self.model.reinstates(mine, hold, since, RATE, BASE))

    def _held(self, held: tuple[int, int]) -> tuple[AccountModel, HoldModel]:
        mine = self.model.accounts[held[0]]
        return mine, mine.holds[held[1]]

    # -- days -----------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 30, 90]), over_the_year=st.booleans())
    def flip(self, days, over_the_year):
        to = self.model.today + timedelta(days=days)
        if over_the_year and to < TURN:
            to = TURN
        if to <= LAST_DAY:
            assert ledger.flip_day(to) == to
            self.model.flips(to)

    @rule(account=accounts)
    def settle_year(self, account):
        self._settle(account)

    @precondition(lambda self: self.model.today >= TURN)
    @rule(target=sent, account=accounts, amount=fen)
    def settle_and_remit(self, account, amount):
        """Money of June that comes when June is settled."""
        self._settle(account)
        mine, day = self.model.accounts[account], TURN - timedelta(days=10)
        voucher = books.remittance(account, amount, value_date=day)
        return self._post(
            voucher, account, amount, day, lambda: self.model.gains(mine, amount, day)
        )

    def _settle(self, account: int) -> None:
        mine = self.model.accounts[account]

        def settle() -> int | None:
            settled = ledger.settle_year(account, rate=RATE, day_base=BASE, occurred_at=books.AT)
            return None if settled is None else settled.interest

        self.both(settle, lambda: self.model.settles_year(mine, RATE, BASE))

    @rule(account=accounts)
    def restate(self, account):
        mine = self.model.accounts[account]

        def restate() -> list[int]:
            revisions = ledger.restate(account, occurred_at=books.AT)
            return [revision.difference for revision in revisions]

        self.both(restate, lambda: self.model.restates(mine, RATE, BASE))

    # -- what holds after every step ------------------------------------------------------------

    @invariant()
    def accounts_are_the_models(self):
        today = self.model.today
        for row in ledger.accounts(self.model.accounts):
            mine = self.model.accounts[row.id]
            n = row.balance * (today - row.interest_from).days - row.v
            kept = (row.state, row.balance, row.held, row.available, row.n_prev)
            assert kept == (mine.state, mine.balance, mine.held, mine.free, mine.last_year())
            assert n == mine.this_year(today)
            assert 0 <= row.carried <= row.balance

    @invariant()
    def control_totals_are_the_models(self):
        rows = ledger.trial_balance(self.model.today)
        assert sum(row.debit - row.credit for row in rows) == 0
        totals = {"101": 0, "201": 0, "119": 0, "219": 0, "411": 0}
        for row in rows:
            totals[row.subject[:3]] += row.debit - row.credit
        members = sum(account.balance for account in self.model.accounts.values())
        assert totals == {
            "101": self.model.cash,
            "201": -members,
            "119": self.model.claims,
            "219": -self.model.waiting,
            "411": self.model.interest_paid,
        }
