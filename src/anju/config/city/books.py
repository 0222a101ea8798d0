"""Puts a made-up city's days into the books: batches, single acts, interest, day ends.

Everything passes the doors that a centre's own work passes, so `anju verify` holds of it as of
any other books, and the same seed in empty books gives the same vouchers to the last byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from anju import ledger, policy
from anju.business.contributions import orders as contributions
from anju.business.contributions import postings
from anju.business.treasury import interest_run
from anju.config.demo import load_doors as doors
from anju.domain.vouchers import GlLine, MemberLine, Voucher
from anju.ledger import Announced, StagedVoucher
from anju.parties import actions as parties
from anju.parties.facts import staff_ref
from anju.policy.demo import DemoFile
from anju.simulators.city.life import City, PayList, Today
from anju.store.audit import Actor

PEOPLE_AT_ONCE = 5_000
SETTLED_AT_ONCE = 20_000
_LEAST_WITHDRAWAL = 10_000
_ALL = 1_000_000


@dataclass
class Books:
    """A centre's empty books while a city grows in them; members by their numbers in the city.

    From `every_day_since` on each calendar day ends, not only those on which something happens.
    """

    centre: policy.Policy
    demo: DemoFile
    city: City
    every_day_since: date | None = None
    head: bytes = b""
    days_ended: int = 0
    _staff: dict[str, int] = field(default_factory=dict)
    _employers: list[int] = field(default_factory=list)
    _persons: list[int] = field(default_factory=list)
    _accounts: list[int] = field(default_factory=list)
    _opened: list[date] = field(default_factory=list)
    _employer_of: list[int] = field(default_factory=list)
    _mistakes: dict[str, tuple[int, Voucher]] = field(default_factory=dict)

    def live(self) -> Iterator[Today]:
        """Let every day happen and end; each is given when what it brought is in the books."""
        for today in self.city.days():
            self._go_to(today.day)
            self._people(today)
            self._pay(today)
            self._take_out(today)
            yield today
        self._go_to(self.city.until)
        contributions.enrol_many(self._enrolments())

    # -- days ---------------------------------------------------------------------------------

    def _go_to(self, day: date) -> None:
        if not self._staff:
            ledger.open_day(day)
            self._found(day)
            return
        before = ledger.business_date()
        while before < day:
            july = date(before.year, 7, 1)
            stops = [day, july]
            if self.every_day_since is not None:
                stops.append(max(before + timedelta(days=1), self.every_day_since))
            upon = min(stop for stop in stops if stop > before)
            ledger.flip_day(upon)
            self._end(before)
            if before < july <= upon:
                self._settle(july)
            if before.month != upon.month:
                interest_run.accrue(doors.instant(upon))
                self._restate()
            before = upon

    def _end(self, day: date, segment: str = "day") -> None:
        self.head = doors.end_day(self.demo, self._staff, day, segment=segment) or self.head
        self.days_ended += 1

    def _settle(self, july: date) -> None:
        """30 June over all accounts, by the centre's own stages but without telling anybody."""
        year, eve = july.year, july - timedelta(days=1)
        rate = self.centre.rates.deposit.on(eve).value
        day_base = self.centre.params.interest_day_base.on(eve).value
        after: int | None = 0
        while after is not None:
            after, _proposed = ledger.propose_interest(
                after=after, span=SETTLED_AT_ONCE, rate=rate, day_base=day_base
            )
        ledger.open_interest(year)
        maker, checker = map(staff_ref, doors.signers(self.demo, self._staff))
        while ledger.release_interest(
            year, maker=maker, checker=checker, occurred_at=doors.instant(july)
        ):
            pass
        ledger.close_interest(year)
        self._end(eve, "adjustment")

    def _restate(self) -> None:
        at = doors.instant(ledger.business_date())
        for account_id in ledger.accounts_to_restate(limit=_ALL):
            ledger.restate(account_id, occurred_at=at)

    # -- who is there -------------------------------------------------------------------------

    def _found(self, day: date) -> None:
        at = doors.instant(day)
        self._staff = doors.take_on_staff(self.demo, at)
        branches = list(self.centre.branches)
        for number in range(self.city.employers):
            name, uscc = self.city.registry.employer(number)
            self._employers.append(
                parties.register_employer(
                    name=name, uscc=uscc, branch_code=branches[number % len(branches)],
                    actor=Actor.system(), at=at,
                ).pk
            )  # fmt: skip

    def _people(self, today: Today) -> None:
        at = doors.instant(today.day)
        for first in range(0, len(today.joining), PEOPLE_AT_ONCE):
            self._take_on(today.joining[first : first + PEOPLE_AT_ONCE], today.day)
        for member in today.leaving:
            ledger.seal(self._accounts[member])
        for member, _employer in today.coming_back:
            ledger.unseal(self._accounts[member])
        moves = [
            (member, employer)
            for member, employer in (*today.moving, *today.coming_back)
            if self._employer_of[member] != employer
        ]
        if moves:
            ledger.transfer_accounts(
                [(self._accounts[m], self._employers[e]) for m, e in moves],
                key=f"moved-{today.day}", occurred_at=at, scope="city",
            )  # fmt: skip
        for member, employer in moves:
            self._employer_of[member] = employer

    def _take_on(self, joining: Sequence[tuple[int, int]], day: date) -> None:
        somebody = [self.city.lives[member].person for member, _employer in joining]
        with transaction.atomic():
            persons = parties.enrol_people(
                [(each.name, each.id_number) for each in somebody],
                actor=Actor.system(), at=doors.instant(day),
            )  # fmt: skip
            accounts = ledger.open_accounts(
                [
                    (person, self._employers[employer], day)
                    for person, (_member, employer) in zip(persons, joining, strict=True)
                ],
                key=f"joined-{day}-{joining[0][0]}", scope="city",
            )  # fmt: skip
        self._persons += persons
        self._accounts += accounts
        self._opened += [day] * len(accounts)
        self._employer_of += [employer for _member, employer in joining]

    def _enrolments(self) -> Iterator[contributions.Enrolled]:
        branches = list(self.centre.branches)
        for member, life in enumerate(self.city.lives):
            employer = self._employer_of[member]
            ratio = Decimal(life.ratio).scaleb(-2)
            yield contributions.Enrolled(
                account_id=self._accounts[member],
                account_no=f"C{self._accounts[member]:011}",
                person_id=self._persons[member],
                employer_id=self._employers[employer],
                branch_code=branches[employer % len(branches)],
                base_fen=life.base_fen,
                member_ratio=ratio,
                employer_ratio=ratio,
                opened_on=self._opened[member],
                paid_through=life.paid_through,
                sealed_on=life.stopped_on,
                seal_reason=("retired" if life.retired else "left") if life.stopped_on else "",
            )

    # -- what is paid in ----------------------------------------------------------------------

    def _pay(self, today: Today) -> None:
        plain = [each for each in today.lists if not (each.mistaken or each.mends)]
        if plain:
            vouchers = [self._staged(each, today.day) for each in plain]
            amounts = [fen for each in plain for _member, fen in each.members]
            announced = Announced(len(vouchers), len(amounts), sum(amounts))
            batch = ledger.open_batch(announced, key=f"lists-{today.day}", scope="city")
            ledger.stage(batch, vouchers)
            ledger.post_batch(batch)
        for each in today.lists:
            if each.mistaken:
                self._err(each, today.day)
            elif each.mends:
                self._mend(each, today.day)

    def _staged(self, each: PayList, day: date) -> StagedVoucher:
        counts = each.counts_from or day
        # What is taken late counts for nobody from before the account was there.
        members = tuple(
            (self._accounts[member], fen, max(counts, self._opened[member]))
            for member, fen in each.members
        )
        return StagedVoucher(
            "remittance", source_type="remittance", source_id=each.reference,
            employer_id=self._employers[each.employer], members=members, summary="汇缴",
            bank_account_id=self.centre.payer.ledger_id, occurred_at=doors.instant(day),
        )  # fmt: skip

    def _voucher(self, each: PayList, day: date) -> Voucher:
        return postings.remittance(
            source_id=each.reference,
            employer_id=self._employers[each.employer],
            bank_account_id=self.centre.payer.ledger_id,
            amounts={self._accounts[member]: fen for member, fen in each.members},
            value_date=each.counts_from or day,
            at=doors.instant(day),
        )

    def _err(self, each: PayList, day: date) -> None:
        voucher = self._voucher(each, day)
        posted = ledger.post([voucher], key=each.reference, scope="city")
        self._mistakes[each.reference] = posted.voucher_ids[0], voucher

    def _mend(self, each: PayList, day: date) -> None:
        """The mistaken voucher is reversed as a whole and the right list posted beside it."""
        number, wrong = self._mistakes.pop(each.mends)
        reversal = replace(
            wrong,
            kind="remittance.reversed",
            gl=tuple(replace(line, amount=-line.amount) for line in wrong.gl),
            members=tuple(replace(line, amount=-line.amount) for line in wrong.members),
            summary="红字冲销",
            reverses=number,
            occurred_at=doors.instant(day),
        )
        right = self._voucher(each, day)
        ledger.post([reversal, right], key=each.reference, scope="city")

    # -- what is taken out --------------------------------------------------------------------

    def _take_out(self, today: Today) -> None:
        for member in today.retiring:
            account_id = self._accounts[member]
            if ledger.account(account_id).restate_from is not None:
                ledger.restate(account_id, occurred_at=doors.instant(today.day))
            doors.pay_out(
                self.centre, account_id, reference=f"city-{member}",
                employer_id=self._employers[self._employer_of[member]],
                at=doors.instant(today.day),
            )  # fmt: skip
        for number, (member, share) in enumerate(today.withdrawing):
            reference = f"{today.day:%Y%m%d}-{number}"
            self._withdraw(member, share, reference=reference, day=today.day)

    def _withdraw(self, member: int, share: int, *, reference: str, day: date) -> None:
        """租房提取 and its like: part of what is there, by hold and order as any payout."""
        employer = self._employers[self._employer_of[member]]
        with transaction.atomic():
            [account] = ledger.lock_accounts([self._accounts[member]])
            fen = account.available * share // 100_000 * 100
            if fen < _LEAST_WITHDRAWAL:
                return
            hold = ledger.place_hold(
                account.id, case_id=_case(day, reference), purpose="partial", amount=fen
            )
            ledger.order_hold(
                hold, order_no=f"CITY{reference}", principal=fen, interest=0, interest_until=day
            )
            voucher = Voucher(
                "withdrawal_partial", source_type="case", source_id=f"city-{reference}",
                gl=(
                    GlLine("201", fen, employer_id=employer),
                    GlLine("101", -fen, bank_account_id=self.centre.payer.ledger_id),
                ),
                members=(MemberLine(account.id, -fen, "withdrawal", day),),
                summary="租房提取", occurred_at=doors.instant(day),
            )  # fmt: skip
            ledger.settle_partial(hold, [voucher], key=f"CITY{reference}")


def _case(day: date, reference: str) -> int:
    """A number for the case that a made-up withdrawal never had."""
    return 8_000_000_000_000 + day.toordinal() * 1_000_000 + int(reference.split("-")[1])
