"""A small city whose days end: posted to, flipped, walked to the seal, told row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from anju import ledger
from anju.business.treasury import day_end, day_end_facts
from anju.business.treasury.models import Break
from anju.business.treasury.tests.still_bank import beside_a_still_bank
from anju.domain.calendar import SHANGHAI
from anju.domain.vouchers import GlLine, MemberLine, Voucher
from anju.ledger.tests.books import at_bank
from anju.parties import actions as parties
from anju.store.audit import Actor

from .doom import Doom, Say

FIRST_DAY = date(2026, 3, 2)
# What the machine notes for itself, and keys that a try that died has used up.
NOT_TOLD = {"tx", "posted_at", "id"}
TABLES = (
    "ledger_business_day",
    "ledger_voucher_leaf",
    "ledger_voucher_number",
    "ledger_control_balance",
    "ledger_voucher",
    "ledger_gl_line",
    "ledger_member_line",
    "ledger_account",
    "treasury_dayendstep",
)


def instant_on(day: date) -> datetime:
    """The instant at which everything of a day end is done: the next morning."""
    return datetime.combine(day + timedelta(days=1), time(6), SHANGHAI)


@dataclass
class City:
    """Members with money, two who sign, and one finding that is never closed."""

    members: int
    accounts: list[int] = field(default_factory=list)
    signers: list[int] = field(default_factory=list)

    def found(self) -> None:
        """The first day: everybody is taken on."""
        ledger.open_day(FIRST_DAY)
        for number in range(self.members):
            self.accounts.append(
                ledger.open_account(
                    1_000_000 + number, employer_id=7, on=FIRST_DAY, key=f"open-{number}"
                )
            )
        for name, role in (("first.signer", "accountant"), ("second.signer", "admin")):
            user = parties.create_staff(
                username=name, display_name=f"演示·{name}", branch_code="yanhu", roles=(role,),
                password="Counter-2026", totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                person_id=None, actor=Actor.system(), at=instant_on(FIRST_DAY),
            )  # fmt: skip
            self.signers.append(user.pk)
        Break.objects.create(
            kind="returned", order_no="O1", amount_fen=1, note="退票",
            found_at=instant_on(FIRST_DAY) - timedelta(days=2),
        )  # fmt: skip

    def post_a_day(self) -> date:
        """A remittance for everybody and a withdrawal, then the flip; gives the day that ended."""
        day = ledger.business_date()
        at = instant_on(day)
        self._post(
            "remittance",
            at,
            at_bank(500 * self.members),
            [MemberLine(each, 500, "remittance", day) for each in self.accounts],
        )
        self._post("withdrawal", at, at_bank(-300),
                   [MemberLine(self.accounts[0], -300, "withdrawal", day)])  # fmt: skip
        ledger.flip_day(day + timedelta(days=1))
        return day

    def _post(self, kind: str, at: datetime, bank: GlLine, members: list[MemberLine]) -> None:
        voucher = Voucher(
            kind, source_type="test", source_id=f"{at:%Y%m%d}",
            gl=(bank, GlLine("201", -bank.amount, employer_id=7)), members=tuple(members),
            occurred_at=at,
        )  # fmt: skip
        ledger.post([voucher], key=f"{kind}-{at:%Y%m%d}", scope="test")

    def walk(self, day: date) -> None:
        """Jobs run and people press until the day is sealed; again, whatever was done before."""
        at = instant_on(day)
        while ledger.day_row(day).state != "sealed":
            with beside_a_still_bank():
                day_end.run(lambda: at, hash_at_once=1)
            if ledger.day_row(day).state == "sealed":
                return
            for who in self.signers:
                page = day_end_facts.board(who, day_end.Unit(day), at=at)
                if page.asks == "acknowledge":
                    day_end.acknowledge(day_end.Unit(day), staff_id=who, note="已联系银行", at=at)
                elif page.asks == "sign":
                    day_end.sign(day_end.Unit(day), staff_id=who, root=page.root, at=at)

    def walk_watched(self, day: date, doom: Doom, say: Say) -> None:
        """The same in a process that may die."""
        doom.enter("day")
        self.walk(day)
        say("sealed", day)


def told() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the books and of the day ends, as they stand."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            columns = [
                each.name
                for each in cursor.description or ()
                if each.name not in NOT_TOLD or (table == "ledger_voucher" and each.name == "id")
            ]
            names = ", ".join(columns)
            cursor.execute(f"SELECT {names} FROM {table} ORDER BY {names}")
            found[table] = cursor.fetchall()
    return found
