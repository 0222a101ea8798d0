"""Grow a made-up city in a demo centre's empty books: `city generate --members N --years Y`.

The same seed in empty books gives the same city to the last byte; the head that is printed, the
last sealed day's root, says so. Refused outside the demo profile: nobody in it is anybody.
"""

import argparse
import sys
import time
from datetime import date

NAME = "city"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How large, how long, which one."""
    parser.add_argument("what", choices=("generate",))
    parser.add_argument("--members", type=int, default=200, help="accounts by the end")
    parser.add_argument("--years", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 11, 20),
                        help="the city's last day (default: the demo's first)")  # fmt: skip
    parser.add_argument("--every-day-since", type=date.fromisoformat,
                        help="from this day on each calendar day ends")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Generate; 1 when the centre is not a demo's or not empty."""
    from django.conf import settings

    from anju.config.city.generate import Refused, generate

    if settings.ENVIRONMENT.profile != "demo":
        print("city: only in the demo profile; these people are made up", file=sys.stderr)
        return 1
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"  {time.monotonic() - began:7.1f} s  {text}", file=sys.stderr, flush=True)

    try:
        grown = generate(
            members=args.members, years=args.years, seed=args.seed, until=args.until,
            every_day_since=args.every_day_since, say=say,
        )  # fmt: skip
    except Refused as refused:
        print(f"city: {refused}", file=sys.stderr)
        return 1
    print(f"{grown.members} members of {grown.employers} employers, {grown.lists} lists with"
          f" {grown.lines} lines, {grown.days_ended} days ended")  # fmt: skip
    print(f"head: {grown.head}")
    return 0
