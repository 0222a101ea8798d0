"""What made-up years do to the books, whoever made them up: staff, day ends, old payouts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db import transaction

from anju import ledger, policy
from anju.business.treasury import orders as treasury
from anju.business.treasury import period_close
from anju.business.treasury.books import BOOK_ROLES
from anju.business.withdrawals import closing
from anju.business.withdrawals.retirement import postings
from anju.config.clock import SHANGHAI
from anju.parties import actions as parties
from anju.parties import appointments, registering
from anju.parties.facts import staff_ref
from anju.policy.demo import DemoFile
from anju.store.audit import Actor

# Cases of the years before Anju are not in its tables; their holds bear numbers out of the way.
OLD_CASES = 9_000_000_000


def instant(day: date) -> datetime:
    """The instant at which what happens on a made-up day happens."""
    return datetime.combine(day, time(10), SHANGHAI)


def take_on_staff(demo: DemoFile, at: datetime) -> dict[str, int]:
    """The demo's staff as users; their keys by user name."""
    return {
        each.username: parties.create_staff(
            username=each.username,
            display_name=each.name,
            branch_code=each.branch,
            roles=tuple(each.roles),
            password=each.password,
            totp_secret=each.totp_secret,
            actor=Actor.system(),
            at=at,
        ).pk
        for each in demo.staff
    }


def appoint_agents(demo: DemoFile, employers: Mapping[str, int], at: datetime) -> None:
    """The demo's agents, each invited and registered as in life but for the code to the phone.

    `employers` gives the keys of the demo's employers by their codes.
    """
    usccs = {each.code: each.uscc for each in demo.employers}
    admins: dict[str, int] = {}
    for each in demo.agents:
        user_id: int | None = None
        for one in each.appointments:
            employer_id, who = employers[one.employer], {"name": each.name, "phone": each.phone}
            if one.employer in admins:
                made = appointments.invite(
                    employer_id, **who, role=one.role, by=admins[one.employer], at=at
                )
            else:
                made = appointments.invite_first(employer_id, **who, by=Actor.system(), at=at)
            if user_id is None:
                user_id = registering.open_login(
                    registering.Applicant(usccs[one.employer], each.id_number, **who),
                    password=each.password,
                    totp_secret=each.totp_secret,
                    at=at,
                ).pk
            else:
                appointments.accept(made, user_id=user_id, at=at)
            if one.role == "admin":
                admins.setdefault(one.employer, user_id)


def signers(demo: DemoFile, staff: Mapping[str, int]) -> list[int]:
    """The keys of the first two of the staff whose work the books are."""
    return [staff[each.username] for each in demo.staff if BOOK_ROLES & set(each.roles)][:2]


def end_day(demo: DemoFile, staff: Mapping[str, int], day: date, *, segment: str = "day") -> bytes:
    """The day end of a made-up day that has flipped, and the month's close after its last day.

    Gives the day's root; nothing is sealed, and the root is empty, where not two may sign.
    """
    two = signers(demo, staff)
    if len(two) < 2:
        return b""
    maker, checker = two
    hashed, vouchers = 0, 1
    while hashed < vouchers:
        hashed, vouchers = ledger.hash_vouchers(day, segment=segment)
    root = ledger.root_day(day, segment=segment)
    ledger.sign_day(day, signer=staff_ref(maker), root=root, segment=segment)
    ledger.seal_day(day, signer=staff_ref(checker), root=root, segment=segment)
    today = ledger.business_date()
    if segment == "day" and (today.year, today.month) != (day.year, day.month):
        period, at = day.year * 100 + day.month, instant(today)
        refused = period_close.propose(period, staff_id=maker, at=at) or period_close.close(
            period, staff_id=checker, at=at
        )
        assert refused is None, refused
    return root


def pay_out(
    city: policy.Policy, account_id: int, *, employer_id: int, reference: str, at: datetime
) -> None:
    """A closing withdrawal without its case: the same amount, hold, order and posting."""
    with transaction.atomic():
        on = ledger.enter_day()
        (account,) = ledger.lock_accounts([account_id])
        quote = closing.quote(account, city, on)
        order_no = treasury.next_order_no(at)
        hold = ledger.place_hold(
            account_id,
            case_id=OLD_CASES + account_id,
            purpose="closing",
            amount=account.balance,
        )
        ledger.order_hold(
            hold,
            order_no=order_no,
            principal=quote.principal_fen,
            interest=quote.interest_fen,
            interest_until=on,
            rate=city.rates.deposit.on(on).value,
        )
        voucher = postings.payout(
            account_id=account_id,
            employer_id=employer_id,
            reference=reference,
            principal=quote.principal_fen,
            interest=quote.interest_fen,
            interest_until=on,
            bank_account_id=city.payer.ledger_id,
            at=at,
        )
        vouchers = [voucher] if quote.principal_fen else []
        ledger.settle_closing(hold, vouchers, key=order_no)
