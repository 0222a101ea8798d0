"""Several connections at once: lawful outcomes only."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from anju import ledger
from anju.ledger.tests.books import (
    AT,
    DAY,
    account,
    announced,
    listed,
    number,
    post,
    remittance,
    sound,
    withdrawal,
)

THREADS = 8


def at_once(*actions):
    """Run every action in a thread and a connection of its own; returns what became of each."""
    start = threading.Barrier(len(actions))

    def run(action):
        try:
            start.wait()
            return action()
        except ledger.LedgerRefusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_an_account_is_never_overdrawn(committed_books):
    member = account(balance=35)
    vouchers = [withdrawal(member, 10) for _ in range(THREADS)]
    outcomes = at_once(*(lambda v=v: post(v) for v in vouchers))
    paid = [each for each in outcomes if isinstance(each, ledger.Posted)]
    assert len(paid) == 3
    assert outcomes.count("ledger.insufficient") == THREADS - 3
    assert ledger.account(member).balance == 5
    assert sound()


def test_halls_and_batches_wait_for_each_other_and_nothing_is_lost(committed_books):
    """Slices beside single postings on the same accounts, by real transactions."""
    members = [account() for _ in range(20)]
    vouchers = [listed([(each, 7, DAY) for each in members]) for _ in range(30)]
    opened = ledger.open_batch(announced(vouchers), key="race", scope="test")
    ledger.stage(opened, vouchers)

    def hall():
        for each in reversed(members):
            post(withdrawal(each, 1))

    for each in members:
        post(remittance(each, 3))
    at_once(lambda: ledger.post_batch(opened, lines=60), hall)
    assert {ledger.account(each).balance for each in members} == {3 + 210 - 1}
    assert sound()


def test_one_key_is_one_posting(committed_books):
    member = account(balance=1_000)
    voucher = withdrawal(member, 10)
    outcomes = at_once(*(lambda: post(voucher, key="one") for _ in range(THREADS)))
    assert len({each.voucher_ids for each in outcomes}) == 1
    assert sorted(each.repeated for each in outcomes) == [False] + [True] * (THREADS - 1)
    assert ledger.account(member).balance == 990


def test_one_person_opens_one_account(committed_books):
    outcomes = at_once(
        *(
            lambda i=i: ledger.open_account(42, employer_id=1, on=DAY, key=f"o{i}")
            for i in range(THREADS)
        )
    )
    assert outcomes.count("ledger.account_exists") == THREADS - 1


def test_accounts_are_locked_in_one_order(committed_books):
    """Vouchers that name the same accounts in any order never wait for each other in a ring."""
    first, second = account(balance=10_000), account(balance=10_000)
    brought = {
        pair: [(remittance(pair[0], 1), remittance(pair[1], 1)) for _ in range(15)]
        for pair in ((first, second), (second, first))
    }
    outcomes = at_once(
        *(lambda each=each: [post(*pair) for pair in each] for each in brought.values())
    )
    assert [len(each) for each in outcomes] == [15, 15]
    assert ledger.account(first).balance == 10_030
    assert sound()


def test_freeze_and_withdrawal_take_turns(committed_books):
    for _ in range(5):
        member = account(balance=100)
        voucher = withdrawal(member, 100)
        taken, _ = at_once(
            lambda v=voucher: post(v),
            lambda m=member: ledger.freeze(
                m, authority="某法院", doc_no="1", amount=None, from_day=DAY
            ),
        )
        assert ledger.account(member).balance == (100 if taken == "ledger.frozen" else 0)


def test_money_arriving_while_the_order_is_written_is_in_it_or_waits(committed_books):
    for _ in range(5):
        member = account(balance=100)
        hold = ledger.place_hold(member, case_id=number(), purpose=ledger.CLOSING, amount=100)

        def order(member=member, hold=hold):
            with transaction.atomic():
                [row] = ledger.lock_accounts([member])
                ledger.order_hold(
                    hold, order_no=f"O{number()}", principal=row.balance, interest=0,
                    interest_until=DAY,
                )  # fmt: skip
                return row.balance

        voucher = remittance(member, 7)
        principal, _ = at_once(order, lambda v=voucher: post(v))
        assert principal in (100, 107)
        ledger.settle_closing(hold, [withdrawal(member, principal)], key=f"s{number()}")
    assert ledger.control_total("201") == 0
    assert sound()


def test_nothing_is_added_to_a_day_after_it_flipped(committed_books):
    members = [account(balance=10_000) for _ in range(3)]
    ledger.ensure_partitions(DAY, DAY + timedelta(days=40))
    ready = {member: [withdrawal(member, 1) for _ in range(40)] for member in members}
    totals, waits, stop = [], [], threading.Event()

    def hall(member):
        for voucher in ready[member]:
            began = time.monotonic()
            post(voucher)
            waits.append(time.monotonic() - began)

    def clock():
        day = DAY
        while not stop.is_set():
            ledger.flip_day(day + timedelta(days=1))
            totals.append((day, _total_of(day)))
            day += timedelta(days=1)
            time.sleep(0.03)

    def halls():
        try:
            with ThreadPoolExecutor(3) as pool:
                list(pool.map(_closing(hall), members))
        finally:
            stop.set()

    at_once(clock, halls)
    assert totals
    assert all(_total_of(day) == (lines, total) for day, (lines, total) in totals)
    assert ledger.account(members[0]).balance == 9_960
    assert sound()


def _closing(action):
    def run(argument):
        try:
            return action(argument)
        finally:
            connection.close()

    return run


def _total_of(day) -> tuple[int, int]:
    from anju.ledger.calls import row

    return row(
        "SELECT count(*), coalesce(sum(abs(amount)), 0)::bigint FROM ledger_gl_line"
        " WHERE accounting_date = %s",
        [day],
    )


def test_the_flip_waits_for_a_hall_and_does_not_stop_the_others(committed_books):
    member = account(balance=100)
    busy = committed_books.connect("app")
    busy.execute("SELECT ledger_enter_day()")
    released = threading.Timer(0.7, busy.rollback)
    released.start()
    voucher = withdrawal(member, 1)

    def hall():
        time.sleep(0.1)
        began = time.monotonic()
        post(voucher)
        return time.monotonic() - began

    _, waited = at_once(lambda: ledger.flip_day(DAY + timedelta(days=1)), hall)
    released.join()
    assert ledger.business_date() == DAY + timedelta(days=1)
    assert waited < 0.6


def test_the_whole_action_is_tried_again(committed_books):
    member = account(balance=100)
    blocker = committed_books.connect("app")
    blocker.execute("SELECT * FROM ledger_lock_accounts(%s)", [[member]])
    attempts = Counter()
    voucher = withdrawal(member, 1)

    def action():
        attempts["run"] += 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', '50ms', true)")
            cursor.execute("SELECT pg_advisory_xact_lock(4711)")
        return post(voucher)

    blocker.execute("SELECT pg_advisory_xact_lock(4711)")
    threading.Timer(0.1, blocker.rollback).start()
    assert not ledger.retrying(action).repeated
    assert attempts["run"] in (2, 3)


def test_three_tries_are_enough(committed_books):
    blocker = committed_books.connect("app")
    blocker.execute("SELECT pg_advisory_lock(4711)")
    attempts = Counter()

    def action():
        attempts["run"] += 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', '20ms', true)")
            cursor.execute("SELECT pg_advisory_xact_lock(4711)")

    with pytest.raises(OperationalError):
        ledger.retrying(action)
    assert attempts["run"] == 3


def test_other_errors_are_not_tried_again(committed_books):
    attempts = Counter()

    def action():
        attempts["run"] += 1
        return post(withdrawal(account(), 1))

    with pytest.raises(ledger.LedgerRefusal):
        ledger.retrying(action)
    assert attempts["run"] == 1


def test_a_killed_posting_leaves_nothing(committed_books):
    member = account(balance=100)
    victim = committed_books.connect("app")
    from anju.ledger.posting import account_ids, as_json, payload

    voucher = withdrawal(member, 10)
    call = "SELECT ledger_post('test', 'killed', sha256('x'), %s::bigint[], %s)"
    victim.execute(call, [account_ids([voucher]), as_json(payload([voucher]))])
    admin = committed_books.connect("admin", autocommit=True)
    admin.execute("SELECT pg_terminate_backend(%s)", [victim.info.backend_pid])
    with pytest.raises(psycopg.Error):
        victim.commit()
    assert ledger.account(member).balance == 100
    assert not post(voucher, key="killed").repeated
    assert sound()


def test_a_merge_beside_postings_loses_nothing(committed_books):
    """What came before went along, what came after waits; what was taken was there."""
    source, target = account(balance=50), account(balance=50)
    ledger.seal(source)
    deposits = [remittance(source, 7) for _ in range(THREADS)]
    outcomes = at_once(
        *(lambda v=v: post(v) for v in deposits),
        lambda: post(withdrawal(source, 20)),
        lambda: ledger.merge_accounts(
            source, target, key="m", maker="制单", checker="复核", occurred_at=AT
        ),
        lambda: post(remittance(target, 3)),
    )
    waits = -ledger.control_total("21901")
    taken = 20 * isinstance(outcomes[THREADS], ledger.Posted)
    assert outcomes[THREADS] == "ledger.closed" or taken
    assert ledger.account(source).balance == 0
    assert ledger.account(target).balance == 50 + 50 + 3 + 7 * THREADS - waits - taken
    assert waits % 7 == 0
    assert sound()


def test_two_merges_across_each_other_leave_one_account(committed_books):
    one, other = account(balance=50), account(balance=60)
    ledger.seal(one)
    ledger.seal(other)
    outcomes = at_once(
        *(
            lambda a=a, b=b: ledger.merge_accounts(
                a, b, key=f"m{a}", maker="制单", checker="复核", occurred_at=AT
            )
            for a, b in ((one, other), (other, one))
        )
    )
    assert outcomes.count("ledger.closed") == 1
    assert sorted(ledger.account(each).balance for each in (one, other)) == [0, 110]
    assert sound()
