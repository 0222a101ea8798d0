"""Month and year close (结账): a sealed month's income and expense go to 311, a year's to 32104.

The days of the month are sealed, so their vouchers stay as they are: the carrying vouchers are of
the open day and name their period. Statements leave their kind out where income and expense are
shown (`statements.CARRIED`). A city may carry once a year (`gains_carry`): then its months are
closed without a voucher, and December carries what has gathered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from anju import ledger, policy
from anju.business.treasury.books import reader
from anju.business.treasury.models import PeriodClose
from anju.business.treasury.statements import CARRIED, UNDISTRIBUTED, YEAR_CLOSE
from anju.business.treasury.two_people import Refused, keep
from anju.domain.vouchers import GlLine, Voucher
from anju.ledger import books
from anju.parties import facts as parties
from anju.parties.facts import StaffFacts
from anju.store import audit

INCOME, EXPENSE, GAINS = "401", "411", "311"
[CARRY] = CARRIED
DECEMBER = 12


@dataclass(frozen=True)
class Pending:
    """The earliest month that may be closed now, and what closing it would carry, in fen."""

    period: int
    last_day: date
    lines: Mapping[str, int]
    """What stands on each income and expense subject and is not carried yet, in fen."""
    maker: str
    """Who has proposed to close it, by name; empty for nobody yet."""
    is_mine: bool
    """Whether that is the one who looks."""

    @property
    def is_year_end(self) -> bool:
        """Whether the year's gains go on to be distributed."""
        return self.last_day.month == DECEMBER

    @property
    def income_fen(self) -> int:
        """What came in."""
        return self._sum(INCOME)

    @property
    def expense_fen(self) -> int:
        """What it cost."""
        return self._sum(EXPENSE)

    def _sum(self, subject: str) -> int:
        return sum(fen for code, fen in self.lines.items() if code.startswith(subject))

    @property
    def gains_fen(self) -> int:
        """What the month earned."""
        return self.income_fen - self.expense_fen


def pending(staff_id: int) -> Pending | None:
    """The earliest sealed month that is not closed; None when there is none. Raises NotYours."""
    return _pending(reader(staff_id))


def propose(period: int, *, staff_id: int, at: datetime) -> Refused | None:
    """An accountant says that the month may be closed as it is shown. Raises NotYours."""
    staff = reader(staff_id)
    if "accountant" not in staff.roles:
        return Refused("结账须由会计提交。")
    with transaction.atomic():
        found = _pending(staff)
        if found is None or found.period != period:
            return Refused("这个月份现在不能结账，请刷新页面。")
        PeriodClose.objects.get_or_create(
            period=period,
            defaults={
                "income_fen": found.income_fen,
                "expense_fen": found.expense_fen,
                "maker": staff.ref,
                "made_at": at,
            },
        )
        _keep("propose", staff, period, at)
    return None


def close(period: int, *, staff_id: int, at: datetime) -> Refused | None:
    """Another person closes the month: what it earned is carried, and it is closed for good.

    Raises NotYours.
    """
    staff = reader(staff_id)
    with transaction.atomic():
        row = PeriodClose.objects.select_for_update().filter(period=period).first()
        found = _pending(staff)
        if row is None or row.closed_at is not None or found is None or found.period != period:
            return Refused("这个月份现在不能结账，请刷新页面。")
        if row.maker == staff.ref:
            return Refused("复核须由提交人以外的人进行。")
        if (row.income_fen, row.expense_fen) != (found.income_fen, found.expense_fen):
            return Refused("提交之后金额有变，请系统工程师查明。")
        vouchers = _vouchers(found, maker=row.maker, checker=staff.ref, at=at)
        if vouchers:
            ledger.post(vouchers, key=str(period), scope="period.close")
        row.checker, row.closed_at = staff.ref, at
        row.save()
        _keep("close", staff, period, at)
    return None


def _pending(staff: StaffFacts) -> Pending | None:
    closed = set(
        PeriodClose.objects.filter(closed_at__isnull=False).values_list("period", flat=True)
    )
    for period, last_day in ledger.sealed_months():
        if period not in closed:
            row = PeriodClose.objects.filter(period=period).first()
            maker = row.maker if row is not None else ""
            return Pending(
                period=period,
                last_day=last_day,
                lines=_to_carry(last_day),
                maker=parties.names_of_refs([maker]).get(maker, ""),
                is_mine=maker == staff.ref,
            )
    return None


def _to_carry(last_day: date) -> dict[str, int]:
    """What stands on each income and expense subject at the month's end and is not carried yet.

    A balance on the subject's own side, in fen; nothing where the city carries by the year and the
    month is not its last. Earlier months may have been carried after this one's end: that is taken
    off.
    """
    since, until = last_day + timedelta(days=1), ledger.business_date()
    with_carries = _turned(since=since, until=until)
    without = _turned(since=since, until=until, without=CARRIED)
    lines: dict[str, int] = {}
    by_year = policy.current().params.gains_carry.on(last_day).value == "year"
    if by_year and last_day.month != DECEMBER:
        return lines
    for each in books.subject_balances(since=last_day, until=last_day):
        code = each.subject.code
        if code[:3] in (INCOME, EXPENSE) and len(code) > len(INCOME):
            carried = without.get(code, 0) - with_carries.get(code, 0)
            if each.closing != carried:
                lines[code] = each.closing - carried
    return lines


def _turned(*, since: date, until: date, without: tuple[str, ...] = ()) -> dict[str, int]:
    """By how much each subject grew over a span, on its own side."""
    if since > until:
        return {}
    found = books.subject_balances(since=since, until=until, without=without)
    return {each.subject.code: each.subject.own_side(each.debit - each.credit) for each in found}


def _vouchers(found: Pending, *, maker: str, checker: str, at: datetime) -> list[Voucher]:
    """The month's, and with December's the year's; none where there is nothing to carry."""
    vouchers = []
    lines = found.lines
    year, month = found.last_day.year, found.last_day.month
    if lines:
        gl = [GlLine(code, fen if code.startswith(INCOME) else -fen) for code, fen in lines.items()]
        gl += [GlLine(GAINS, fen) for fen in (-found.income_fen, found.expense_fen) if fen]
        vouchers.append(
            Voucher(
                CARRY, source_type="period", source_id=str(found.period), gl=tuple(gl),
                summary=f"结转{year}年{month}月业务收支", maker=maker, checker=checker,
                occurred_at=at,
            )
        )  # fmt: skip
    if found.is_year_end:
        today = ledger.business_date()
        gains = books.subject_balance(GAINS, since=today, until=today).closing + found.gains_fen
        if gains:
            vouchers.append(
                Voucher(
                    YEAR_CLOSE, source_type="period", source_id=str(year),
                    gl=(GlLine(GAINS, gains), GlLine(UNDISTRIBUTED, -gains)),
                    summary=f"结转{year}年增值收益", maker=maker, checker=checker,
                    occurred_at=at,
                )
            )  # fmt: skip
    return vouchers


def _keep(action: str, staff: StaffFacts, period: int, at: datetime) -> None:
    subject = audit.Subject("period", str(period))
    keep(f"period.{action}", staff.user_id, subject=subject, at=at)
