"""Statements and balances of the plain HTTP bank, as `ports.bank_accounts` promises them."""

from collections.abc import Mapping
from datetime import date

from anju.adapters import messages
from anju.adapters.bank_http.replies import believed
from anju.adapters.signed_http import Answer, SignedHttp
from anju.ports.bank import BankUnreachable
from anju.ports.bank_accounts import (
    PAGE_LINES_MAX,
    AccountBalance,
    AccountNotOurs,
    StatementLine,
    StatementPage,
)


class HttpAccounts:
    """Implements `ports.bank_accounts.BankAccounts` over one signed HTTP partner."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def statement(
        self, account: str, *, since: date, until: date, after: str = ""
    ) -> StatementPage:
        """See the port."""
        message = self._told(
            "/v1/statement",
            {
                "kind": "statement",
                "account": account,
                "since": since.isoformat(),
                "until": until.isoformat(),
                "after": after,
            },
        )
        with believed():
            listed = message.get("lines")
            if not isinstance(listed, list) or len(listed) > PAGE_LINES_MAX:
                raise messages.Malformed("lines is not a list of at most a thousand")
            lines = tuple(_line(one) for one in listed)
            if not all(
                line.account == account and since <= line.booked_on <= until for line in lines
            ):
                raise messages.Malformed("a line of another account or day")
            more = messages.text(message, "more")
            if more and (more == after or not lines):
                raise messages.Malformed("a page that never ends")
            return StatementPage(lines=lines, more=more)

    def balance(self, account: str) -> AccountBalance:
        """See the port."""
        message = self._told("/v1/balance", {"kind": "balance", "account": account})
        with believed():
            if messages.text(message, "account") != account:
                raise messages.Malformed("the balance of another account")
            return AccountBalance(
                account=account,
                balance_fen=messages.signed_fen(message, "balance_fen"),
                available_fen=messages.signed_fen(message, "available_fen"),
                open=messages.truth(message, "open"),
                at=messages.instant(message, "at"),
            )

    def _told(self, path: str, message: Mapping[str, object]) -> dict[str, object]:
        answer = self._ask(path, message)
        kind = answer.message.get("kind")
        if answer.status == 403 and kind == "account_not_yours":
            raise AccountNotOurs(str(message["account"]))
        if answer.status != 200 or kind != message["kind"]:
            raise BankUnreachable(f"not a {message['kind']} (status {answer.status})")
        return answer.message

    def _ask(self, path: str, message: Mapping[str, object]) -> Answer:
        with believed():
            return self._http.ask(path, message=message)


def _line(given: object) -> StatementLine:
    if not isinstance(given, dict):
        raise messages.Malformed("a line is not an object")
    moved, serial = messages.signed_fen(given, "amount_fen"), messages.text(given, "serial")
    if not moved or not serial:
        raise messages.Malformed("a movement has a serial and an amount")
    return StatementLine(
        account=messages.text(given, "account"),
        serial=serial,
        amount_fen=moved,
        balance_fen=messages.signed_fen(given, "balance_fen"),
        booked_on=messages.day(given, "booked_on"),
        occurred_at=messages.instant(given, "occurred_at"),
        counter_account=messages.text(given, "counter_account"),
        counter_name=messages.text(given, "counter_name"),
        remark=messages.text(given, "remark"),
        summary=messages.text(given, "summary"),
        reversal=messages.truth(given, "reversal"),
    )
