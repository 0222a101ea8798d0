"""Collections of the plain HTTP bank, as `ports.bank_collections` promises them."""

from collections.abc import Mapping, Sequence

from anju.adapters import messages
from anju.adapters.bank_http.accounts import HttpAccounts
from anju.adapters.bank_http.replies import add_up, batch_reply, believed, expect, lines_by_number
from anju.ports.bank import BankUnreachable, OrderNumberReused
from anju.ports.bank_batches import BatchReply
from anju.ports.bank_collections import Collected, Collection, CollectionBatch, CollectionReply


class HttpCollections(HttpAccounts):
    """Implements `ports.bank_collections.BankCollections` over one signed HTTP partner."""

    def collect(self, request: Collection) -> CollectionReply:
        """See the port. One attempt; repeating it is the caller's, with the same request."""
        asked = {"kind": "collection", **_order(request)}
        message = self._taken("/v1/collections", asked, number=request.order_no)
        with believed():
            return _about(message, request)

    def query_collection(self, request: Collection) -> CollectionReply:
        """See the port."""
        asked = {"kind": "collection_query", "order_no": request.order_no}
        message = self._taken("/v1/collections/query", asked)
        with believed():
            return _about(message, request)

    def collect_batch(self, batch: CollectionBatch) -> BatchReply:
        """See the port."""
        told = [_order(order) for order in batch.orders]
        return self._send_batch("collection", batch.batch_no, told, total_fen=batch.total_fen)

    def _send_batch(
        self, what: str, batch_no: str, orders: list[dict[str, object]], *, total_fen: int
    ) -> BatchReply:
        """Send a batch of payments (`what` is empty) or collections. Raises BankUnreachable and
        OrderNumberReused.
        """
        asked = {
            "kind": f"{what}_batch" if what else "batch",
            "batch_no": batch_no,
            "count": len(orders),
            "total_fen": total_fen,
            "orders": orders,
        }
        path = f"/v1/{what}-batches" if what else "/v1/batches"
        message = self._taken(path, asked, number=batch_no)
        with believed():
            return batch_reply(message, batch_no)

    def batch_state(self, batch_no: str) -> BatchReply:
        """See the port: of a batch of payments, collections or debits."""
        asked = {"kind": "batch_query", "batch_no": batch_no}
        message = self._taken("/v1/batches/query", asked)
        with believed():
            return batch_reply(message, batch_no)

    def collection_lines(self, batch: CollectionBatch) -> tuple[CollectionReply, ...]:
        """See the port."""
        orders = [(order.order_no, order.amount_fen) for order in batch.orders]
        return self._fetched_lines(batch.batch_no, orders)

    def _fetched_lines(
        self, batch_no: str, orders: Sequence[tuple[str, int]]
    ) -> tuple[CollectionReply, ...]:
        """A reply about each of `orders` (number and sum asked), or none at all."""
        message = self._lines(batch_no)
        with believed():
            told = lines_by_number(message, [number for number, _ in orders])
            replies = tuple(
                _reply(told[number]).about(number, asked_fen=asked) for number, asked in orders
            )
            add_up([reply.amount_fen for reply in replies], message)
            return replies

    def _lines(self, batch_no: str) -> Mapping[str, object]:
        asked = {"kind": "batch_lines", "batch_no": batch_no}
        return self._taken("/v1/batches/lines", asked)

    def _taken(
        self, path: str, message: Mapping[str, object], *, number: str = ""
    ) -> Mapping[str, object]:
        """The proved message that answers. Raises BankUnreachable, and OrderNumberReused where the
        `number` that is sent is taken.
        """
        answer = self._ask(path, message)
        if number and answer.status == 409 and answer.message.get("kind") == "order_number_reused":
            raise OrderNumberReused(number)
        if answer.status != 200:
            raise BankUnreachable(f"not taken (status {answer.status})")
        return answer.message


def _order(request: Collection) -> dict[str, object]:
    return {
        "order_no": request.order_no,
        "amount_fen": request.amount_fen,
        "purpose": request.purpose.value,
        "agreement_no": request.agreement_no,
        "payer_class": request.payer_class.value,
        "payer_name": request.payer_name,
        "payer_account": request.payer_account,
        "payer_bank_code": request.payer_bank_code,
        "payee_account": request.payee_account,
        "summary": request.summary,
    }


def _about(message: Mapping[str, object], request: Collection) -> CollectionReply:
    expect(message, "collection_reply")
    return _reply(message).about(request.order_no, asked_fen=request.amount_fen)


def _reply(message: Mapping[str, object]) -> CollectionReply:
    return CollectionReply(
        order_no=messages.text(message, "order_no"),
        outcome=Collected(messages.text(message, "outcome")),
        asked_fen=messages.fen(message, "asked_fen"),
        amount_fen=messages.fen(message, "amount_fen"),
        bank_serial=messages.text(message, "bank_serial"),
        reason_code=messages.text(message, "reason_code"),
        reason=messages.text(message, "reason"),
        occurred_at=messages.instant(message, "occurred_at"),
    )
