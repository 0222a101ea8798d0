"""`./dev accept`: what must hold, line by line, each with pass or fail by running what proves it.

Runs from a clean clone of the committed state in a temporary folder; `--here` runs in this
checkout instead (quicker: the environment is there already).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
PICTURES_MAX, PICTURE_BYTES_MAX = 8, 150_000
_INTEREST = {
    "center": "yuncheng",
    "opening_fen": 1000000,
    "opening_on": "2024-07-01",
    "entries": [["2024-07-20", 200000]],
    "until": "2025-07-01",
}
_CONTRIBUTION = {
    "center": "yuncheng",
    "base_fen": 723456,
    "member_ratio": "0.12",
    "employer_ratio": "0.12",
    "month": "2026-07",
}
# A sum, a line of it, what is answered, and lines that cannot be: for interest a negative balance,
# a date outside the span, a start before the rate table; for a contribution a ratio outside the
# interval, a month before the first limits, one that is none.
CALC = (
    (
        "interest",
        _INTEREST,
        {
            "interest_fen": 0,
            "day_product": 0,
            "settlements": [{"on": "2025-06-30", "interest_fen": 18092, "balance_fen": 1218092}],
        },
        (
            {"entries": [["2024-07-20", -2000000]]},
            {"entries": [["2025-07-01", 1]]},
            {"opening_on": "1992-07-01"},
        ),
    ),
    (
        "contribution",
        _CONTRIBUTION,
        {"member_fen": 86800, "employer_fen": 86800, "base_applied_fen": 723456, "limits": []},
        ({"member_ratio": "0.13"}, {"month": "1998-12"}, {"month": "2026-13"}),
    ),
)

TEST_SECONDS_MAX = 12 * 60
# What the bench measures of employers' work.
SPEED = ("import", "lists", "employers")
# What must hold, and the tests that prove it.
PROOFS = (
    ("ground: races of 64 threads end lawfully", (r"tests\.invariants\.test_races::",)),
    (
        "ground: 200 kills at every gap, 8 of real processes, 4 stops of the database",
        (r"faults\.test_kills::", r"faults\.test_real_kills::", r"faults\.test_database_stops::"),
    ),
    ("ground: every fault of the bank, end to end", (r"faults\.test_bank_faults_end_to_end::",)),
    ("ground: raw SQL is refused or named", (r"ledger\.tests\.test_raw_sql::",)),
    ("ground: verify names what is a fen out", (r"ledger\.tests\.test_verify::",)),
    ("ground: 40,000 simulated operations, and every planted bug", (r"simulation\.tests\.",)),
    ("ground: machines under Hypothesis", (r"ledger\.tests\.test_machine::",)),
    ("ground: routes × roles × objects, sessions, limits, uploads", (r"tests\.security\.",)),
    ("ground: an hour without each part outside", (r"faults\.test_outside_down::",)),
    ("ground: the house rules", (r"tests\.guards\.",)),
    ("books: statements and their files", (r"test_statements::", r"\.test_exports::")),
    ("books: manual vouchers by two people", (r"test_manual_vouchers::",)),
    ("books: value dates against a walk over their days", (r"test_value_dates::",)),
    ("books: the settlement of 30 June in stages", (r"test_interest_run::", r"test_settling::")),
    ("books: one contract for both ways to the bank", (r"contracts\.test_b\w+_contract",)),
    ("books: receipts in exactly one place", (r"test_receipts::", r"test_arrivals::")),
    ("books: reconciliation finds what was planted", (r"test_reconciliation::",)),
    ("books: the day end, killed and resumed", (r"test_day_end", r"faults\.test_day_end_kills::")),
    ("books: postings that race the flip", (r"invariants\.test_flip_races::",)),
    ("books: sealed days are proven, replayed and exported", (r"test_seal", r"test_replay::",
                                                             r"test_audit_export::")),
    ("books: nothing is paid again after a restore", (r"faults\.test_restore::",)),
    ("books: a made-up city is kept like any other", (r"config\.city\.tests\.",)),
    ("employers: from the register to the money of twenty people", (r"test_new_employer::",)),
    ("employers: agents, their sign-in and their appointments", (r"parties\.tests\.test_agents::",
                                                               r"test_appointments")),
    ("employers: an account is opened, or every reason why not", (r"tests\.test_opening",)),
    ("employers: hostile and broken files change nothing", (r"store\.tables\.tests\.",
                                                          r"rosters\.tests\.")),
    ("employers: a month is confirmed, paid and given once", (r"tests\.test_remitting",)),
    ("employers: months that have passed, each by its own limits", (r"backpaying\.tests\.",)),
    ("employers: people are found, enrolled, sealed and unsealed", (r"people\.tests\.",)),
    ("employers: contributions stop with papers, then the retirement is paid", (
        r"stopping\.tests\.", r"journeys\.test_stopping::",
    )),
    ("employers: bases, ratios and what was paid wrongly", (r"adjusting\.tests\.",
                                                          r"correcting\.tests\.")),
    ("employers: who is late is found and reminded", (r"dunning\.tests\.",)),
    ("employers: a list is reversed, fetched by the bank, what is left given back", (
        r"reversing\.tests\.", r"collecting\.tests\.", r"refunding\.tests\.",
    )),
    ("employers: agents, bank and workers at once, one list and right books", (r"test_at_once::",)),
    ("employers: deferral, lower ratios and the way back, months and books right", (
        r"deferring\.tests\.", r"resuming\.tests\.", r"lowering\.tests\.",
    )),
    ("employers: verify names what is planted in lists, corrections and reversals", (
        r"test_every_planted_error_is_found", r"test_correction_proofs::",
    )),
    ("employers: opened by papers, registration changed, closed", (
        r"counter_opening\.tests\.", r"employer_renaming\.tests\.", r"employer_closing\.tests\.",
        r"test_employer_applications::",
    )),
    ("employers: every guard of contributions has its rule and its test", (
        r"guards\.test_contribution_guards::",
    )),
    ("employers: accounts are frozen and unfrozen, and two of one person become one", (
        r"freezing\.tests\.", r"merging\.tests\.",
    )),
    ("employers: names and numbers are put right, people go from one to another", (
        r"identity\.tests\.", r"test_moving::",
    )),
    ("employers: months without a gap are told", (r"test_consecutive::",)),
    ("employers: accounts, lists of years and certificates are shown", (r"accounts\.tests\.",)),
    ("flexible: every guard of an agreement and of its change holds", (
        r"flexible_signing\.tests\.", r"flexible_changing\.tests\.",
    )),
    ("flexible: who has no employer agrees, is debited, changes and ends it", (
        r"flexible\.tests\.",
    )),
)  # fmt: skip


@dataclass
class Acceptance:
    """The tree that is being accepted, and what was found so far."""

    tree: Path
    log: Path
    failed: list[str] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    test_seconds: float = 0.0

    def line(self, says: str, holds: bool, note: str = "") -> None:
        """Print one line."""
        print(f"{'pass' if holds else 'FAIL'}  {says}{f'  ({note})' if note else ''}", flush=True)
        if not holds:
            self.failed.append(says)

    def dev(self, *arguments: str, given: str = "") -> tuple[int, str, float]:
        """Run a ./dev command in the tree; its status, its output and how long it took."""
        started = time.time()
        done = subprocess.run(
            [sys.executable, str(self.tree / "dev"), *arguments],
            cwd=self.tree,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        with self.log.open("a") as log:
            log.write(f"\n==== ./dev {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.returncode, done.stdout, time.time() - started

    # -- 1 ----------------------------------------------------------------------------------

    def one(self) -> None:
        """Smoke, tests and checks, cold and warm."""
        centers = sorted(
            path.name
            for path in (self.tree / "centers").iterdir()
            if path.is_dir() and path.name != "national"
        )
        status, said, cold = self.dev("demo", "--smoke")
        for center in centers:
            walked = re.findall(rf"^{center} (\w+) .*told, by message and SMS", said, re.M)
            self.line(
                f"1. smoke walks {center}, green and not green",
                status == 0 and len(set(walked)) >= 2,
                ", ".join(walked),
            )
        self.line("1. smoke exits 0, cold", status == 0, f"{cold:.1f} s with the installation")
        status, _said, warm = self.dev("demo", "--smoke")
        self.line("1. smoke exits 0 again, warm", status == 0, f"{warm:.1f} s")
        status, _said, over = self.dev("demo", "--smoke", "--bank", "bdc")
        self.line("1. smoke over the settlement system", status == 0, f"{over:.1f} s")
        status, said, seconds = self.dev("test")
        self.test_seconds = seconds
        self.line("1. the tests pass", status == 0, f"{_last(said)}, {seconds:.0f} s")
        self._read_reports()
        status, said, seconds = self.dev("check")
        self.line("1. check is clean", status == 0, f"{_last(said)}, {seconds:.0f} s")

    def _read_reports(self) -> None:
        """What became of every test, from the suites' own reports."""
        for report in (self.tree / ".anju" / "tests").glob("report-*.xml"):
            for case in ET.parse(report).iter("testcase"):
                name = f"{case.get('classname')}::{case.get('name')}"
                kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
                self.cases[name] = ", ".join(sorted(kinds)) or "passed"

    def _tests(self, says: str, *parts: str) -> None:
        """All tests whose name has one of `parts` ran and passed."""
        found = {n: b for n, b in self.cases.items() if any(re.search(p, n) for p in parts)}
        bad = [name for name, became in found.items() if became != "passed"]
        note = f"{len(found)} tests" if not bad else f"not passed: {', '.join(bad[:3])}"
        self.line(says, bool(found) and not bad, note)

    # -- 2 and 3 ------------------------------------------------------------------------------

    def two_and_three(self) -> None:
        """What browsers walked."""
        self._tests(
            "2. browsers walk both cities, sizes and modes, green and not green, with staff, and "
            "the amount shown = the bank's count = the voucher",
            r"test_retirement::test_a_member_draws_the_fund",
        )
        self._tests(
            "2. both channels quote the same",
            r"test_retirement::test_both_channels_show_and_quote_the_same",
        )
        self._tests("2. every page fits and reads well (axe)", r"journeys\.test_every_page::")
        self._tests(
            "3. a made-up service and a third city appear in all halls with no other edit",
            r"journeys\.test_new_city_and_service::",
        )

    # -- 4 ------------------------------------------------------------------------------------

    def four(self) -> None:
        """The sums that need no database, against the examples of their descriptions."""
        for name, line, answer, changes in CALC:
            self._calc(name, line, answer, [{**line, **wrong} for wrong in changes])

    def _calc(
        self, name: str, line: dict[str, Any], answer: dict[str, Any], refused: list[dict[str, Any]]
    ) -> None:
        status, said, _ = self.dev("anju", "calc", name, given=json.dumps(line) + "\n")
        told = json.loads(said.splitlines()[0]) if said.strip() else {}
        same = {key: told.get(key) for key in answer} == answer
        self.line(f"4. anju calc {name} answers the example", status == 0 and same)
        self.line("4. … with its trace", bool(told.get("trace")))
        for wrong in refused:
            lines = f"{json.dumps(wrong)}\n{json.dumps(line)}\n"
            status, said, _ = self.dev("anju", "calc", name, given=lines)
            answers = [json.loads(each) for each in said.splitlines()]
            is_told = len(answers) == 2 and "error" in answers[0] and "error" not in answers[1]
            self.line("4. … refuses what cannot be, goes on, exits 2", is_told and status == 2)

    # -- the ground and the books -----------------------------------------------------------------

    def proofs(self) -> None:
        """What the tests prove of the ground and of the books, and what a million acts do."""
        for says, parts in PROOFS:
            self._tests(says, *parts)
        self.line(
            f"ground: the tests are through in {TEST_SECONDS_MAX // 60} minutes",
            0 < self.test_seconds < TEST_SECONDS_MAX,
            f"{self.test_seconds:.0f} s",
        )
        worlds = ("simulate", "--seed", "7000", "--seeds", "500", "--operations", "2000")
        status, said, seconds = self.dev(*worlds)
        struck = re.search(r"faults: \d+ of (\d+) kinds", said)
        self.line(
            "books: a million operations under at least 30 kinds of faults violate nothing",
            status == 0 and "1000000 operations" in said and bool(struck) and int(struck[1]) >= 30,
            f"{struck[1] if struck else 0} kinds, {seconds:.0f} s",
        )

    def speed(self) -> None:
        """Every figure of employers' work that has a goal."""
        folder = Path(tempfile.mkdtemp(prefix="anju-bench-"))
        only = [part for name in SPEED for part in ("--only", name)]
        status, _said, seconds = self.dev("bench", "--quick", *only, "--folder", str(folder))
        self.line("employers: the bench runs", status == 0, f"{seconds:.0f} s")
        for path in folder.glob("*-quick.json"):
            found = json.loads(path.read_text(encoding="utf-8"))
            for each in (*found["costs"], *found["ratios"]):
                if each["met"] is not None:
                    note = f"{each['ratio']:.2f}, the goal {each['goal']:g}"
                    self.line(f"employers: {each['name'].strip()}, {each['baseline']}",
                              each["met"], note)  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)

    # -- 5 ------------------------------------------------------------------------------------

    def five(self) -> None:
        """The papers."""
        for name in ("README.md", "README.zh-CN.md"):
            text = self._text(name)
            opening = text[:1500]
            self.line(
                f"5. {name} opens with the two commands",
                "./dev demo" in opening and "./dev test" in opening,
            )
            pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
            sizes = [self._size(picture) for picture in pictures]
            self.line(
                f"5. {name} has at most {PICTURES_MAX} pictures of at most 150 kB",
                0 < len(set(pictures)) <= PICTURES_MAX
                and all(0 < size <= PICTURE_BYTES_MAX for size in sizes),
                f"{len(set(pictures))}, the largest {max(sizes, default=0) // 1000} kB",
            )
        self.line(
            "5. ARCHITECTURE.md follows a withdrawal", "ithdrawal" in self._text("ARCHITECTURE.md")
        )
        self.line("5. a glossary", bool(self._text("docs/glossary.md")))
        decisions = list((self.tree / "docs" / "decisions").glob("0*.md"))
        self.line("5. decisions", bool(decisions), f"{len(decisions)} of them")
        contributing = self._text("CONTRIBUTING.md").lower()
        for what in ("service", "city", "bank"):
            self.line(
                f"5. CONTRIBUTING.md: add a {what}", bool(re.search(rf"#.*{what}", contributing))
            )
        self.line("5. Apache-2.0", "Apache License" in self._text("LICENSE"))

    def _text(self, name: str) -> str:
        path = self.tree / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def _size(self, name: str) -> int:
        path = self.tree / name
        return path.stat().st_size if path.is_file() else 0


def _last(said: str) -> str:
    return (said.strip().splitlines() or ["it said nothing"])[-1]


def main() -> int:
    """Accept the committed state, or this checkout as it is; 1 when a line fails."""
    here = "--here" in sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix="anju-accept-"))
    tree = CHECKOUT
    if not here:
        tree = folder / "anju"
        subprocess.run(["git", "clone", "--quiet", str(CHECKOUT), str(tree)], check=True)
    accepted = Acceptance(tree, folder / "accept.log")
    steps: tuple[Callable[[], None], ...] = (
        accepted.one,
        accepted.two_and_three,
        accepted.four,
        accepted.five,
        accepted.proofs,
        accepted.speed,
    )
    for step in steps:
        step()
    if accepted.failed:
        print(f"\n{len(accepted.failed)} lines failed; what was said is in {accepted.log}")
        return 1
    print("\neverything holds")
    shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
