"""What must hold before somebody is sealed or unsealed: pure, each problem with a code that stays.

Guards of 个人账户封存 and 启封: the month is the employer's turn and the person's, nothing that is
paid or confirmed is touched, and an account that is being paid out is left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from anju.business.contributions.rosters.rules import Frame, month_problem_of
from anju.domain.calendar import add_months
from anju.domain.contribution import month_words
from anju.domain.employer_account import REMITS, AccountState

RETIRED, LEFT, UNPAID_LEAVE = "retired", "left", "unpaid_leave"
REASONS: Final = {LEFT: "离职（解除或终止劳动关系）", UNPAID_LEAVE: "停薪留职等暂停发薪"}
"""Why an agent may seal by himself; retirement is a stop of contributions, which is reviewed."""


class Problem(NamedTuple):
    """Why not: a code that stays, and a sentence for the agent without its full stop."""

    code: str
    says: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list that waits for its money."""

    number: str
    month: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands with the employer.

    Attributes:
        state: of the ledger's account: open, sealed, closing or closed.
        retirement_approved: a stop for retirement was approved by the branch.
        listed: the employer's unpaid list that has this person in it.
        offered: another employer is asked to take the person over.
    """

    state: str
    paid_through: date | None
    first_month: date | None
    retirement_approved: bool = False
    listed: Waiting | None = None
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Office:
    """How the employer stands: its account, the month whose turn it is, and what a roster's rules
    look at."""

    state: AccountState
    due_month: date
    frame: Frame


def seal_problems(who: Standing, office: Office, *, month: date, reason: str) -> Iterator[Problem]:
    """What stands against sealing somebody; `month` is the first one without contributions."""
    if reason not in REASONS:
        yield Problem("reason.unknown", "请选择封存原因；退休请办理停缴")
    yield from _ended(who)
    if who.state == "sealed":
        yield Problem("account.sealed", "该职工已经封存，不用再次办理")
    if who.listed is not None:
        listed = f"{month_words(who.listed.month)}清册 {who.listed.number}"
        yield Problem(
            "list.waiting", f"该职工在待缴款的{listed}中，请先缴款入账，或作废这份清册后再封存"
        )
    elif who.state == "open":
        yield from _seal_month(who, office, month)


def _seal_month(who: Standing, office: Office, month: date) -> Iterator[Problem]:
    paid = who.paid_through
    if paid is not None and month <= paid:
        yield Problem(
            "month.paid",
            f"该职工已缴至 {month_words(paid)}，封存年月应晚于该月；"
            "该月及以前多缴的，请先办理错缴更正",
        )
        return
    if month < office.due_month:
        due = month_words(office.due_month)
        yield Problem("month.past", f"不能早于本单位的应汇缴年月 {due}")
        return
    nexts = [office.due_month, who.first_month]
    if paid is not None:
        nexts.append(add_months(paid, 1))
    last = max(each for each in nexts if each is not None)
    if month > last:
        owed = month_words(last)
        yield Problem(
            "month.ahead", f"{owed}起还没有为该职工汇缴：请从 {owed}起封存，或先汇缴到封存的上个月"
        )


def unseal_problems(who: Standing, office: Office, *, month: str) -> Iterator[Problem]:
    """What stands against unsealing somebody; `month` ("2026-12") is the first that is paid.

    Months that the employer has remitted meanwhile are missing then, and paid back.
    """
    if office.state not in REMITS:
        yield Problem("employer.sealed", "单位账户已封存或销户，请先办理单位启封")
    yield from _ended(who)
    if who.state == "open":
        yield Problem("account.open", "该职工没有封存，不用启封")
    if who.state == "sealed" and who.retirement_approved:
        yield Problem("stop.retired", "该职工已办理退休停缴，不能启封；办理有误的请联系管理部")
    if who.state == "sealed":
        yield from _begin_problems(who, office, month, "启封年月")


def offer_problems(who: Standing) -> Iterator[Problem]:
    """What stands against offering somebody to another employer (转出)."""
    yield from _ended(who)
    if who.state == "open":
        yield Problem("account.open", "该职工还没有封存，请先办理封存再转出")
    if who.retirement_approved:
        yield Problem("stop.retired", "该职工已办理退休停缴，不能转出；办理有误的请联系管理部")
    if who.offered:
        yield Problem("move.offered", "该职工的转出已经提交，正等待转入单位接收；可以先撤回")


def take_problems(
    who: Standing, office: Office, *, month: str, is_theirs: bool
) -> Iterator[Problem]:
    """What stands against taking somebody over who was offered (转入), from a month on.

    `is_theirs` is whether the account is still with the employer that offered it.
    """
    if office.state not in REMITS:
        yield Problem("employer.sealed", "单位账户已封存或销户，请先办理单位启封")
    yield from _ended(who)
    if not is_theirs:
        yield Problem("move.gone", "该职工已转到其他单位，请退回这次转出")
        return
    if who.state == "open":
        yield Problem("account.open", "该职工已由原单位启封，请退回这次转出")
    if who.state == "sealed":
        yield from _begin_problems(who, office, month, "转入后首次汇缴年月")


def _begin_problems(who: Standing, office: Office, month: str, called: str) -> Iterator[Problem]:
    wrong = month_problem_of(office.frame, called)(month)
    if wrong is not None:
        yield Problem(f"month.{wrong[1].partition('.')[2]}", wrong[2])
    elif who.paid_through is not None and month <= f"{who.paid_through:%Y-%m}":
        paid = month_words(who.paid_through)
        yield Problem("month.paid", f"该职工已缴至 {paid}，{called}应晚于该月")


def _ended(who: Standing) -> Iterator[Problem]:
    if who.state == "closed":
        yield Problem("account.closed", "该职工的账户已销户")
    if who.state == "closing":
        yield Problem("account.closing", "该职工的账户正在办理销户提取，办结后才能办理")
