"""post(): the one way money is written."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from anju.domain.vouchers import GlLine, SuspenseLine, Voucher
from anju.ledger.calls import payload_hash, row

BANK_DEPOSIT = "101"
RETURNED = "21902"


@dataclass(frozen=True, slots=True)
class Expect:
    """What was announced (by a file, by a screen): posting anything else is refused.

    Counts, and totals in fen; None is not compared.
    """

    vouchers: int | None = None
    member_lines: int | None = None
    member_total: int | None = None
    debit_total: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """The answer to a posting; `repeated` means that the key had been answered before."""

    voucher_ids: tuple[int, ...]
    accounting_date: date
    repeated: bool


def post(
    vouchers: Sequence[Voucher], *, key: str, scope: str, expect: Expect | None = None
) -> Posted:
    """Post vouchers, all or none, on the day the books are open.

    (scope, key) names the request for ever: again with the same vouchers it gives the first
    answer, with others it is refused. `occurred_at` may differ between the two. Money for an
    account that is closing or closed goes, in the same voucher, to its employer's suspense.

    Raises:
        LedgerRefusal: insufficient, frozen, closing, closed, key_reused, day_sealed, totals, …
    """
    content = payload(vouchers)
    if expect is not None:
        content["expect"] = {k: v for k, v in asdict(expect).items() if v is not None}
    found = row(
        "SELECT * FROM ledger_post(%s, %s, %s, %s, %s)",
        [scope, key, content_hash(content), account_ids(vouchers), as_json(content)],
    )
    return posted(found)


def posted(found: tuple[Any, ...]) -> Posted:
    """A row of the posting functions as its record."""
    voucher_ids, accounting_date, repeated = found
    return Posted(tuple(voucher_ids), accounting_date, repeated)


def payload(vouchers: Iterable[Voucher]) -> dict[str, Any]:
    """Vouchers as the posting functions take them: each with its own lines."""
    return {"vouchers": [_head(voucher) for voucher in vouchers]}


def account_ids(vouchers: Iterable[Voucher]) -> list[int]:
    """The accounts that vouchers touch, ascending: what is locked before anything is read."""
    return sorted({line.account_id for voucher in vouchers for line in voucher.members})


def _head(voucher: Voucher) -> dict[str, Any]:
    head: dict[str, Any] = {
        "kind": voucher.kind,
        "source_type": voucher.source_type,
        "source_id": str(voucher.source_id),
        "seq": voucher.seq,
        "summary": voucher.summary,
        "maker": None if voucher.maker is None else str(voucher.maker),
        "checker": None if voucher.checker is None else str(voucher.checker),
        "occurred_at": voucher.occurred_at,
        "reverses": voucher.reverses,
        "gl": [asdict(line) for line in voucher.gl],
    }
    for name in ("members", "loans", "suspense"):
        lines = getattr(voucher, name)
        if lines:
            head[name] = [asdict(line) for line in lines]
    return head


def content_hash(content: dict[str, Any], *parts: Any) -> bytes:
    """The hash of what is posted: a retry occurs later, and is the same posting all the same."""
    heads = [{k: v for k, v in head.items() if k != "occurred_at"} for head in content["vouchers"]]
    return payload_hash({**content, "vouchers": heads}, *parts)


def as_json(content: dict[str, Any]) -> str:
    """Dates and instants as ISO text. Raises TypeError for anything else that JSON has not."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is not for a voucher")


def return_to_suspense(
    order_no: str,
    *,
    amount: int,
    bank_account_id: int,
    occurred_at: datetime,
    account_id: int | None = None,
    employer_id: int | None = None,
    summary: str = "退票",
) -> Voucher:
    """The voucher for a returned payment (退票): Dr 101, Cr 219 with a line per order.

    `bank_account_id` is the account of ours to which it came back. The member's account stays as
    it is. A second return of one order is refused when posted
    (ledger.source_reused). `amount` in fen.
    """
    return Voucher(
        "payout.returned",
        source_type="order",
        source_id=order_no,
        gl=(
            GlLine(BANK_DEPOSIT, amount, bank_account_id=bank_account_id),
            GlLine(RETURNED, -amount, employer_id),
        ),
        suspense=(SuspenseLine(RETURNED, "order", order_no, amount, "returned", account_id),),
        summary=summary,
        occurred_at=occurred_at,
    )
