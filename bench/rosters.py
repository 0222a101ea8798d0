"""A file of people: parsed, checked and shown, against python-calamine reading the same file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import xlsxwriter

from anju.domain.identifiers import id_check_digit
from bench.costs import Cost
from bench.sizes import Size
from bench.stage import Stage

GOAL = 6.0
MEMORY_GOAL_MB = 400.0
# Another workload's people are enrolled by now; these are nobody that is known.
PREVIEWED = 100_000
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈", "甲乙丙丁戊己庚辛壬癸"
_HEAD = ("姓名", "证件号码", "手机号码", "缴存基数（元）", "首次汇缴年月")


def imports(stage: Stage, size: Size) -> Iterator[Cost]:
    """An employer's whole roster: upload, read, check, preview; and what the processes held."""
    layout = stage.layout
    path = layout.state / "roster.xlsx"
    count = min(size.members, 100_000)
    path.write_bytes(roster(count, first=PREVIEWED))
    told = stage.client("bench.rosters_client", str(path), str(size.rounds))
    yield Cost(
        "roster, file to preview", "python-calamine, same file", "members", count, told["ours"],
        told["calamine"], goal=GOAL, note="upload, parse, validate, first page of the preview",
    )  # fmt: skip
    for who, name in (("worker", "the worker"), ("reader", "the process that reads")):
        yield Cost(
            f"memory of {name}, MB", f"{MEMORY_GOAL_MB} MB", "MB", 1, [told[f"{who}_mb"]],
            [MEMORY_GOAL_MB], goal=1.0, note=f"peak over {size.rounds + 1} rosters",
        )  # fmt: skip


def roster(count: int, *, first: int = 0, month: str = "2026-12") -> bytes:
    """A workbook of so many made-up people, no two alike, from the `first` on.

    They are paid for from `month` ("2026-12").
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("人员")
        sheet.write_row(0, 0, _HEAD)
        for row in range(count):
            person = first + row
            born = date.fromordinal(date(1965, 1, 1).toordinal() + person // 900)
            first17 = f"149999{born:%Y%m%d}{person % 900:03d}"
            name = f"演示·{_SURNAMES[row // 100 % 10]}{_GIVEN[row // 10 % 10]}{_GIVEN[row % 10]}"
            sheet.write_string(row + 1, 0, name)
            sheet.write_string(row + 1, 1, first17 + id_check_digit(first17))
            sheet.write_string(row + 1, 2, f"150{person:08d}")
            sheet.write_number(row + 1, 3, 4000 + row % 6000 + 0.5)
            sheet.write_string(row + 1, 4, month)
    return out.getvalue()
