"""What the outside world and the books say, asked behind the halls' backs."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import psycopg

from anju.domain.identifiers import uscc_check_character

PATIENCE_SECONDS = 45


@dataclass(frozen=True)
class Outside:
    """The bank and the phones of a stand, as one city's people meet them."""

    world: str
    center: str

    # -- phones ---------------------------------------------------------------------------------

    def texts(self, phone: str) -> list[str]:
        """The texts that arrived at a phone, oldest first."""
        answer = httpx.get(
            f"{self.world}sms/api/messages",
            params={"phone": phone, "client": self.center},
            timeout=10,
        )
        messages = answer.raise_for_status().json()["messages"]
        return [message["text"] for message in sorted(messages, key=lambda one: one["id"])]

    def code(self, phone: str, known: int) -> str:
        """The six digits of the first text after those already `known`."""
        return wait_for(lambda: self._code(phone, known), f"a code at {phone}")

    def _code(self, phone: str, known: int) -> str | None:
        for text in self.texts(phone)[known:]:
            found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
            if found:
                return found.group()
        return None

    def told(self, phone: str, word: str) -> str:
        """The text that has this word, once it arrives."""
        return wait_for(
            lambda: next((text for text in self.texts(phone) if word in text), None),
            f"a text with {word} at {phone}",
        )

    # -- the bank -------------------------------------------------------------------------------

    def counted(self, order_no: str) -> dict[str, int]:
        """What the bank itself counted for one order, from its own movements."""
        totals = httpx.get(f"{self.world}bank/api/totals", timeout=10).raise_for_status().json()
        orders: dict[str, Any] = totals["clients"].get(self.center, {}).get("orders", {})
        nothing = {"payments": 0, "paid_fen": 0, "returns": 0, "returned_fen": 0}
        return dict(orders.get(order_no, nothing))

    def pays_in(self, account: str, *, amount_fen: int, remark: str) -> None:
        """Somebody pays into an account of the city's centre."""
        wish = {
            "client": self.center,
            "account": account,
            "payer_account": "6229990000000000017",
            "payer_name": "演示·付款单位",
            "amount_fen": amount_fen,
            "remark": remark,
        }
        httpx.post(f"{self.world}bank/api/arrivals", json=wish, timeout=10).raise_for_status()

    def fault(self, kind: str, *, times: int = 1, **params: Any) -> None:
        """Switch a fault of the bank on for this city."""
        wish = {"fault": kind, "client": self.center, "times": times, **params}
        httpx.post(f"{self.world}bank/api/faults", json=wish, timeout=10).raise_for_status()

    def no_faults(self) -> None:
        """Everything works again."""
        wish = {"off": "all"}
        httpx.post(f"{self.world}bank/api/faults", json=wish, timeout=10).raise_for_status()

    # -- the enterprise platform ----------------------------------------------------------------

    def new_enterprise(self) -> tuple[str, str]:
        """Register an enterprise that nobody knows yet; its code and password."""
        url = f"{self.world}enterprises/api/enterprises"
        known = httpx.get(url, timeout=10).raise_for_status().json()["enterprises"]
        first17 = f"91149999DEM{500 + len(known):06}"
        wish = {
            "uscc": first17 + uscc_check_character(first17),
            "name": f"演示第{len(known)}号新设企业",
            "address": f"演示街 {len(known)} 号",
            "founded_on": "2026-10-09",
            "legal_representative": "演示·法人",
            "division": "140802",
            "password": "Kaiban-2026",
        }
        httpx.post(url, json=wish, timeout=10).raise_for_status()
        return wish["uscc"], wish["password"]


@dataclass(frozen=True)
class Books:
    """The rows of one city's database."""

    url: str

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as reader:
            return reader.execute(statement.encode(), values).fetchall()

    def order_of(self, reference: str) -> str:
        """The payment order that a case led to; empty before there is one."""
        ((order_no,),) = self._rows(
            "SELECT coalesce(order_no, '') FROM cases_case WHERE reference = %s", reference
        )
        return str(order_no)

    def voucher_of(self, reference: str) -> list[int]:
        """The totals of the vouchers posted for a case, debits and credits being equal."""
        return [
            total
            for (total,) in self._rows(
                "SELECT debit_total FROM ledger_voucher"
                " WHERE source_type = 'case' AND source_id = %s AND debit_total = credit_total",
                reference,
            )
        ]

    def account_state(self, reference: str) -> str:
        """open, sealed, closing or closed: the account a case is about."""
        ((state,),) = self._rows(
            "SELECT a.state::text FROM ledger_account a JOIN cases_case c ON c.subject_id = a.id"
            " WHERE c.reference = %s",
            reference,
        )
        return str(state)

    def held_by(self, reference: str) -> int:
        """Fen of the account that are held, for whatever reason."""
        ((held,),) = self._rows(
            "SELECT a.held FROM ledger_account a JOIN cases_case c ON c.subject_id = a.id"
            " WHERE c.reference = %s",
            reference,
        )
        return int(held)

    def accounts_of_list(self, number: str) -> list[tuple[int, int, date]]:
        """Balance, correction v and first day of the interest period of everybody on a list."""
        return [
            (int(balance), int(v), since)
            for balance, v, since in self._rows(
                "SELECT a.balance, a.v, a.interest_from FROM ledger_account a"
                " JOIN contributions_enrolment e ON e.account_id = a.id"
                " JOIN contributions_remittanceline l ON l.enrolment_id = e.id"
                " JOIN contributions_remittance r ON r.id = l.remittance_id"
                " WHERE r.number = %s ORDER BY e.account_no",
                number,
            )
        ]


def wait_for(look: Any, what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """The first answer of `look` that is something. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise TimeoutError(f"{what} did not come within {seconds:.0f} s")
