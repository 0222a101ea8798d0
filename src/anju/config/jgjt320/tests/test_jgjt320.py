"""The national standard's tables: its names, our data, a report that names what is not right."""

from __future__ import annotations

import argparse
import csv
import json
from datetime import date
from decimal import Decimal

import pytest

from anju.business.treasury.models import BankLine
from anju.business.withdrawals.retirement.tests import cast
from anju.config.commands import export as command
from anju.config.jgjt320 import sources
from anju.config.jgjt320.sources import Span
from anju.config.jgjt320.spec import Column, tables
from anju.config.jgjt320.writing import REPORT, export
from anju.store.folders import FolderTaken
from anju.store.models import AuditRow

DAY = date(2026, 11, 20)
SPAN = Span(date(2026, 7, 1), DAY)


@pytest.fixture
def centre(db, city):
    """Two members of one employer, one of them with a loan."""
    city("yuncheng")
    cast.open_books()
    cast.member(1)
    cast.member(2, sealed="", loan_fen=30_000_000)
    cast.turn_to()
    BankLine.objects.create(
        account="1405", serial="S1", booked_on=DAY, amount_fen=-5, balance_fen=95, reversal=False,
        occurred_at=cast.AT,
    )  # fmt: skip


def rows(folder, number):
    name = next(table.file for table in tables() if table.number == number)
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(folder):
    return {each.number: each for each in export(folder, SPAN, before_it_stands=lambda told: None)}


@pytest.mark.usefixtures("centre")
def test_every_table_is_written_under_the_standards_names(tmp_path):
    told = written(tmp_path / "out")
    out = tmp_path / "out"
    assert [each.name for each in sorted(out.iterdir())] == sorted(
        [*(table.file for table in tables()), REPORT]
    )
    assert out.stat().st_mode & 0o077 == 0, "it names people"
    one, two = rows(out, "4.0.3")
    assert (one["XingMing"], one["ZJHM"], one["CSNY"], one["XingBie"]) == (
        "演示·李华1", cast.id_number(1), "196608", "1"
    )  # fmt: skip
    one, two = rows(out, "5.0.4")
    assert (one["GRZHYE"], one["GRZHSNJZYE"], one["GRZHDNGJYE"], one["GRZHZT"]) == (
        "20216.21", "20216.21", "0.00", "02"
    )  # fmt: skip
    assert two["GRZHZT"] == "01"
    [employer] = rows(out, "5.0.2")
    assert (employer["DWJCRS"], employer["DWFCRS"], employer["DWZHYE"]) == ("1", "1", "40432.42")
    assert [each["FSE"] for each in rows(out, "5.0.5")] == ["20216.21"] * 2
    assert [each["FSRS"] for each in rows(out, "5.0.3")] == ["1", "1"]
    [loan] = rows(out, "6.0.5")
    assert (loan["DKZH"], loan["DKYE"]) == ("D0002", "300000.00")
    assert len(rows(out, "6.0.6")) == 1
    ledger = rows(out, "8.0.3")
    assert sum(Decimal(each["JFFSE"]) - Decimal(each["DFFSE"]) for each in ledger) == 0
    assert {(each["KMBH"], each["QMYEFX"]) for each in ledger} == {
        ("101", "02"), ("12101", "01"), ("201", "02")
    }  # fmt: skip
    last = rows(out, "8.0.6")[-1]
    assert (last["YuE"], last["YEJDFX"]) == (ledger[0]["QMYE"], ledger[0]["QMYEFX"])
    lines = rows(out, "8.0.4")
    assert len(lines) == len(rows(out, "8.0.5")) == 6
    of_201 = [each for each in lines if each["KMBH"] == "201"]
    assert [(one["QCYE"], one["QMYE"]) for one in of_201] == [
        ("0.00", "20216.21"), ("20216.21", "40432.42")
    ]  # fmt: skip
    assert {each["FJDJS"] for each in rows(out, "8.0.5")} == {"0"}
    paid = rows(out, "9.0.2")[0]
    assert (paid["FSE"], paid["FKZHHM"], paid["SKZHHM"]) == ("0.05", "1405", "")
    assert [each["YHDM"] for each in rows(out, "9.0.3")] == ["105", "102", "105"]
    assert [each for each in told if each.startswith("7.")] == [f"7.0.{n}" for n in range(2, 9)]
    assert (told["8.0.7"].rows, told["8.0.7"].has_source) == (0, False)


@pytest.mark.usefixtures("centre")
def test_what_is_missing_is_named_and_nothing_else_is_wrong(tmp_path):
    told = written(tmp_path / "out")
    missing = {f"{t.number} {c.name}" for t in told.values() for c in t.columns if c.missing}
    assert missing == {
        *(f"4.0.2 {name}" for name in ("DWDZ", "DWFRDBXM", "DWFRDBZJLX", "DWFRDBZJHM", "JBRXM")),
        "6.0.5 DKFXDJ", "6.0.5 DKFFE", "8.0.4 JZPZH", "8.0.5 JZPZH",
    }  # fmt: skip
    assert not [c for t in told.values() for c in t.columns if c.ill_formed]
    assert not [t.number for t in told.values() if t.broken_laws or t.repeated_keys]
    report = json.loads((tmp_path / "out" / REPORT).read_text())
    assert [each["number"] for each in report] == list(told)
    assert "演示" not in (tmp_path / "out" / REPORT).read_text(), "no value stands in the report"


def spoilt(source, **changed):
    def rows_of(span):
        for fields in source(span):
            yield fields | changed

    return rows_of


# A source, what becomes of its rows, and what the report must say.
SPOILT = [
    ("persons", {"id_number": "149999196608150019"}, lambda c, t: c["ZJHM"].ill_formed == 2),
    ("persons", {"born": "196613"}, lambda c, t: c["CSNY"].ill_formed == 2),
    ("persons", {"phone": "1" * 12}, lambda c, t: "长于" in c["SJHM"].examples[0]),
    ("persons", {"name": ""}, lambda c, t: c["XingMing"].missing == 2),
    ("persons", {"account_no": "1"}, lambda c, t: t.repeated_keys == 1),
    ("accounts", {"current": "0.01"}, lambda c, t: t.broken_laws == 2),
    ("accounts", {"balance": "1.234"}, lambda c, t: c["GRZHYE"].ill_formed == 2),
    ("accounts", {"opened_on": "2010-02-30"}, lambda c, t: c["KHRQ"].ill_formed == 2),
    ("accounts", {"state": "1"}, lambda c, t: c["GRZHZT"].ill_formed == 2),
    ("movements", {"carried": "0.00"}, lambda c, t: t.broken_laws == 2),
    (
        "movements",
        {"amount": "-3.00", "carried": "-2.50", "current": "-0.50"},
        lambda c, t: t.broken_laws == 0,
    ),
    ("policies", {"rate": "0.015"}, lambda c, t: c["ZXLL"].ill_formed == 1),
]


@pytest.mark.mutants
@pytest.mark.usefixtures("centre")
def test_every_ill_formed_cell_is_named(tmp_path, monkeypatch):
    missed = []
    for number, (name, changed, seen) in enumerate(SPOILT):
        with monkeypatch.context() as patched:
            patched.setitem(sources.SOURCES, name, spoilt(sources.SOURCES[name], **changed))
            told = written(tmp_path / f"{number}")
        [table] = [told[each.number] for each in tables() if each.source == name]
        if not seen({column.name: column for column in table.columns}, table):
            missed.append((name, changed))
    assert not missed


def test_the_tables_are_whole():
    assert len({table.number for table in tables()}) == len(tables()) == 29
    for table in tables():
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert {*table.key, *(each for whole, parts in table.laws for each in (whole, *parts))} <= {
            *names
        }
        assert table.source is None or table.source in sources.SOURCES
    assert {table.source for table in tables() if table.source} == set(sources.SOURCES)


@pytest.mark.parametrize(
    ("kind", "size", "good", "bad"),
    [
        ("money", 0, "-20216.21", "20,216.21"),
        ("ratio", 0, "0.12", "0.1234"),
        ("rate", 0, "0.0150000", "1.5%"),
        ("int", 0, "12", "1.0"),
        ("month", 0, "202611", "202600"),
        ("date", 0, "2026-11-20", "20261131"),
        ("code", 2, "01", "1"),
        ("text", 3, "一二三", "一二三四"),
        ("id", 0, cast.id_number(1), cast.id_number(1)[:-1]),
    ],
)
def test_a_cell_is_of_its_columns_kind(kind, size, good, bad):
    column = Column("X", "某", kind, size, required=True, source=None, by_rule=False)
    assert column.problem(good, on=DAY) is None
    assert column.problem(bad, on=DAY)


def test_the_command_keeps_what_left_and_writes_over_nothing(committing_db, city, tmp_path, capsys):
    city("yuncheng")
    cast.open_books()
    cast.member(1)
    args = argparse.Namespace(
        standard="jgjt320", first=SPAN.first, last=SPAN.last, out=tmp_path / "out", reason="省监管"
    )
    assert command.run(args) == 1
    said = capsys.readouterr().out
    assert "8.0.7 定期存款明细信息\t只有表头：尚无数据来源" in said
    assert "缺 DWDZ 单位地址" in said
    row = AuditRow.objects.get(action="standard.exported")
    assert (row.reason, row.details["rows"]["4.0.3"]) == ("省监管", 1)
    assert command.run(args) == 2
    with pytest.raises(FolderTaken):
        written(tmp_path / "out")
