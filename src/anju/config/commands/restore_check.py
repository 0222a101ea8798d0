"""After a restore (恢复后核对): ask the bank again of everything, then let payments leave.

Without an option it asks and says what is left; it may be repeated. `--open` does the same and
lets payments leave when nothing is left unasked. `--let-go ORDER --reason TEXT` says that a payment
of the lost time has been cleared up by hand. Exits 0 when payments may leave, 1 while they may not.
"""

import argparse
import sys
from datetime import date

NAME = "restore-check"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and how far back to look."""
    parser.add_argument("--open", action="store_true", help="let payments leave when all is asked")
    parser.add_argument("--since", type=date.fromisoformat, help="read the bank's days from here")
    parser.add_argument("--let-go", metavar="ORDER", help="a lost payment that is cleared up")
    parser.add_argument("--reason", default="", help="what was found out; kept")


def run(args: argparse.Namespace) -> int:
    """Check and say what is left."""
    from anju import ports
    from anju.business.treasury import restore

    at = ports.clock().now()
    if args.let_go:
        return _let_go(args.let_go, args.reason)
    done = restore.check(at=at, since=args.since, open_payments=args.open)
    word = "可付款 payments may leave" if done.open else "停付 no payment leaves"
    print(f"epoch {done.epoch:02d}  {word}")
    if done.asked or done.unanswered or not done.open:
        print(f"已向银行逐笔查询 orders asked: {done.asked}")
        days = f"{done.since} … {done.until}"
        print(f"已核对银行明细 statement read: {days if done.statement_read else '未取得 not yet'}")
    for order_no in done.unanswered:
        print(f"未答复，须再查 not answered: {order_no}")
    if done.under_way:
        print(f"银行处理中 under way at the bank: {done.under_way}")
    for lost in done.lost:
        print(f"本库没有的付款 paid, not in these books: {lost.order_no} {lost.booked_on}"
              f" {lost.serial} {_yuan(lost.amount_fen)}")  # fmt: skip
    if not done.open:
        ready = (
            "python -m anju restore-check --open" if done.complete else "再次运行 run this again"
        )
        print(f"下一步 next: {ready}", file=sys.stderr)
    return 0 if done.open else 1


def _let_go(order_no: str, reason: str) -> int:
    """Orders to the payee of this lost payment may leave again."""
    from anju import ports
    from anju.business.treasury import restore

    if not reason:
        print("--let-go 须说明原因 needs a --reason", file=sys.stderr)
        return 2
    if not restore.let_go(order_no, because=reason, at=ports.clock().now()):
        print(f"没有这笔待核对的付款 no such payment waits: {order_no}", file=sys.stderr)
        return 2
    return 0


def _yuan(fen: int) -> str:
    from anju.domain.money import yuan

    return yuan(fen)
