"""What must never be otherwise, judged by the bank's own count and not by our tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from anju.domain.case import LIVE, CaseState
from anju.domain.payment import UNSETTLED, Answer
from anju.simulation.bank import Bank, BankOrder
from anju.simulation.centre import Centre
from anju.simulation.store import Account, Order


def always(centre: Centre, bank: Bank) -> tuple[int, list[str]]:
    """Safety: checked while faults strike. Returns how many checks, and what was violated."""
    accounts, orders = centre.store.all("account"), centre.store.all("order")
    wrong = list(centre.unlawful)
    wrong += [text for account in accounts for text in _account(account)]
    wrong += _balances(centre)
    paid = _paid(bank)
    wrong += [f"{ref}: the bank paid {times} times" for ref, times in paid.items() if times > 1]
    for order in orders:
        wrong += _order(order, bank.orders.get(order.number))
    wrong += _cases(centre, paid)
    wrong += _money(centre)
    wrong += _days(centre)
    cases = len(centre.store.tables["case"])
    days = len(centre.store.tables["day"])
    return 4 * len(accounts) + len(bank.orders) + 5 * len(orders) + 3 * cases + 3 * days + 1, wrong


def _account(account: Account) -> Iterator[str]:
    if not 0 <= account.held <= account.balance:
        yield f"account {account.id}: held {account.held} of {account.balance}"
    if len(set(account.years)) < len(account.years):
        yield f"account {account.id}: interest of one year twice, {account.years}"
    if account.lost or (account.state == "closed" and account.balance):
        yield f"account {account.id}: closed over {account.balance + account.lost}"


def _balances(centre: Centre) -> list[str]:
    """What an account has is what came to it and left it, as the judge heard of it."""
    moved = centre.store.moved
    return [
        f"account {account.id}: {account.balance} on it, {moved[account.id]} moved"
        for account in centre.store.all("account")
        if account.balance + account.lost != moved[account.id]
    ]


def _paid(bank: Bank) -> Counter[str]:
    """How often the bank paid for a case, by its own count; what came back may be paid again."""
    paid: Counter[str] = Counter()
    for order in bank.orders.values():
        paid[order.case] += order.times - (order.answer is Answer.RETURNED)
    return paid


def _order(order: Order, at_bank: BankOrder | None) -> Iterator[str]:
    times = at_bank.times if at_bank else 0
    came_back = at_bank is not None and at_bank.answer is Answer.RETURNED
    if order.settled > times:
        yield f"{order.number}: settled {order.settled}, the bank paid {times}"
    if order.returned > 1 or (order.returned and not came_back):
        yield f"{order.number}: return booked {order.returned} times"
    if at_bank and at_bank.asked != order.seal:
        yield f"{order.number}: approved {order.seal}, asked {at_bank.asked}"
    if order.released and times:
        yield f"{order.number}: released, and the bank paid"
    if order.settled and at_bank and at_bank.amount != order.payment.amount_fen:
        yield f"{order.number}: settled {order.payment.amount_fen}, paid {at_bank.amount}"


def _money(centre: Centre) -> list[str]:
    """Cash and interest given are what members own and what waits in suspense, to the fen."""
    store = centre.store
    owed = sum(account.balance + account.lost for account in store.all("account"))
    waits = sum(store.all("suspense"))
    if store.cash + store.interest == owed + waits:
        return []
    return [f"books: {store.cash} and interest {store.interest}, owed {owed}, suspense {waits}"]


def _days(centre: Centre) -> Iterator[str]:
    """Sealed in their order by two, numbered once each, and never anything else afterwards."""
    store = centre.store
    unsealed = False
    for day in store.all("day"):
        if day.state != "sealed":
            unsealed = True
        elif unsealed:
            yield f"day {day.number} was sealed before an earlier one"
        elif day.first == day.second:
            yield f"day {day.number} was sealed by {day.first} alone"
    closed = [each for each in store.postings if len(store.tables["day"][each.day].done) > 1]
    if Counter(store.numbers) != Counter(closed):
        yield f"{len(store.numbers)} numbers for {len(closed)} postings of closed days"


def _cases(centre: Centre, paid: Counter[str]) -> list[str]:
    wrong = []
    live: Counter[int] = Counter()
    for case in centre.store.all("case"):
        if case.state in LIVE:
            live[case.account] += 1
        elif case.state is CaseState.REINSTATED and paid[case.ref]:
            wrong.append(f"{case.ref}: on its account again, and the bank paid it")
        if case.orders > 1:
            wrong.append(f"{case.ref}: {case.orders} orders")
    wrong += [f"account {account}: {n} live cases" for account, n in live.items() if n > 1]
    return wrong


def at_rest(centre: Centre, bank: Bank) -> list[str]:
    """Liveness and the count: after healing, everything has come home and the cash agrees."""
    wrong = []
    store = centre.store
    waits_for_a_person = {order.case for order in store.all("order") if order.broken}
    for order in store.all("order"):
        if order.payment.status in UNSETTLED and not order.broken:
            wrong.append(f"{order.number}: still {order.payment.status} at rest")
    ended = {year.number for year in store.all("year") if year.state == "released"}
    for account in store.all("account"):
        missed = {year for year in ended if year > account.born} - set(account.years)
        if account.state == "sealed" and missed:
            wrong.append(f"account {account.id}: no interest for the years {sorted(missed)}")
    for case in store.all("case"):
        if case.state is CaseState.PAYING and case.ref not in waits_for_a_person:
            wrong.append(f"{case.ref}: still paying at rest")
    wrong += [text for order in store.all("order") for text in _settled(order, bank)]
    wrong += _holds(centre)
    if not waits_for_a_person:
        ours = ("remittance", "receipt", "reversed")
        moved = sum(-posting.fen for posting in store.postings if posting.what not in ours)
        if moved != bank.paid - bank.returned:
            wrong.append(f"books say {moved}, the bank says {bank.paid - bank.returned}")
    return [*wrong, *_receipts(centre, bank), *_unsealed(centre)]


def _receipts(centre: Centre, bank: Bank) -> Iterator[str]:
    """All that came is booked once, and lies in suspense exactly when nothing became of it."""
    store = centre.store
    receipts = store.tables["receipt"]
    for serial in bank.arrivals:
        if serial not in receipts:
            yield f"{serial} came and is not booked"
    for receipt in receipts.values():
        waits = ("receipt", receipt.serial) in store.tables["suspense"]
        if waits != (receipt.state == "suspense"):
            yield f"{receipt.serial} is {receipt.state}, in suspense: {waits}"
    if not any(receipt.broken for receipt in receipts.values()):
        booked = sum(each.fen for each in store.postings if each.what in ("receipt", "reversed"))
        if booked != bank.received:
            yield f"books say {booked} came, the bank says {bank.received}"


def _unsealed(centre: Centre) -> list[str]:
    days = centre.store.all("day")
    return [f"day {day.number} is {day.state} at rest" for day in days if day.state == "closing"]


def _settled(order: Order, bank: Bank) -> Iterator[str]:
    """What the bank did with an order that no person looks at is booked, all of it and once."""
    at_bank = bank.orders.get(order.number)
    if order.broken or at_bank is None:
        return
    if order.settled != at_bank.times:
        yield f"{order.number}: settled {order.settled}, the bank paid {at_bank.times} at rest"
    came_back = at_bank.answer is Answer.RETURNED
    if order.returned != came_back:
        yield f"{order.number}: return booked {order.returned} times, came back: {came_back}"


def _holds(centre: Centre) -> Iterator[str]:
    """Money is held for a live case only, and for no more than that case holds."""
    wanted: Counter[int] = Counter()
    for case in centre.store.all("case"):
        if case.state in LIVE:
            wanted[case.account] += case.held
    for account in centre.store.all("account"):
        if account.held != wanted[account.id]:
            yield f"account {account.id}: holds {account.held}, cases {wanted[account.id]}"
