"""Books with as many accounts as a city, and beside them the floor: bare tables of the same shape.

The floor does what nobody can do without: update each account and insert its line, sorted, in the
same slices, through the same driver, as the same role. It locks each slice in order first, as
whoever runs beside halls must, and guards nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg import sql

from anju.config import provision
from anju.config.demo.layout import TEMPLATE
from anju.domain.calendar import add_months
from bench.stage import CENTER, Stage

STAFF = 20
FIRST_PERSON = 100_000_000
LINES_AT_ONCE = 5_000
SHEET = 10_000
ACCOUNTS_AT_ONCE = 50_000

_FLOOR = """
CREATE SCHEMA floor;
CREATE TABLE floor.account (LIKE {center}.ledger_account INCLUDING DEFAULTS)
    WITH (fillfactor = 45);
CREATE TABLE floor.line (LIKE {center}.ledger_member_line INCLUDING DEFAULTS,
    PRIMARY KEY (account_id, accounting_date, voucher_id, line_no))
    PARTITION BY RANGE (accounting_date);
CREATE UNLOGGED TABLE floor.staged (LIKE {center}.ledger_staged_line, PRIMARY KEY (n, account_id));
GRANT USAGE ON SCHEMA floor TO {app};
GRANT SELECT, INSERT, UPDATE, TRUNCATE ON ALL TABLES IN SCHEMA floor TO {app};
"""
_UPDATE = """
UPDATE floor.account a SET balance = a.balance + s.amount,
       v = a.v + s.amount * (%(day)s - a.interest_from), last_voucher = s.n
FROM floor.staged s
WHERE s.n BETWEEN %(first)s AND %(last)s AND a.id = s.account_id AND a.id = ANY (%(ids)s)
"""
_LOCK = """
SELECT count(*) FROM (SELECT 1 FROM floor.account WHERE id = ANY (%(ids)s)
                      ORDER BY id FOR NO KEY UPDATE) locked
"""
_INSERT = """
INSERT INTO floor.line (account_id, accounting_date, voucher_id, line_no, kind, amount,
                        carried_delta, value_date, balance_after)
SELECT s.account_id, %(day)s, s.n, 1, 'remittance', s.amount, 0, s.value_date, 0
FROM floor.staged s WHERE s.n BETWEEN %(first)s AND %(last)s ORDER BY s.account_id
"""
_LISTS = """
INSERT INTO ledger_staged_voucher (batch_id, n, kind, source_type, source_id, subject,
    bank_account_id, employer_id, lines, total, summary, occurred_at)
SELECT %(batch)s, n, 'remittance', 'bench', %(batch)s || '/' || n, '101', 10101, n, %(staff)s,
       %(staff)s * 100000, '', %(at)s FROM generate_series(1, %(lists)s) n
"""
_LINES = """
SELECT %(batch)s, (a - 1) / %(staff)s + 1, %(first)s + a - 1, 100000, %(day)s::date
FROM generate_series(1, %(count)s) a
"""


def next_month(day: date) -> date:
    """The first day of the month after this one's."""
    return add_months(day.replace(day=1), 1)


@dataclass(eq=False)
class Town:
    """Open books with `count` accounts of employers of twenty; `app` is the halls' connection."""

    stage: Stage
    database: str
    count: int
    first: int
    app: psycopg.Connection[Any]
    batches: int = 0

    @property
    def lists(self) -> int:
        """How many employers."""
        return self.count // STAFF

    def day(self) -> date:
        """The open business day."""
        return self.one("SELECT day FROM ledger_business_day WHERE state = 'open'"
                        " AND segment = 'day'")  # fmt: skip

    def one(self, text: str, *values: object) -> Any:
        """The one value of the one row."""
        row = self.app.execute(text, values or None).fetchone()
        return None if row is None else row[0]

    def flip(self, to: date) -> None:
        """The next business day, with its months; the year turns where it is due."""
        months = to - timedelta(days=31), to + timedelta(days=31)
        self.one("SELECT ledger_ensure_partitions(%s, %s)", *months)
        self.one("SELECT ledger_flip_day(%s)", to)
        with self.admin() as admin:
            self.floor_month(admin, to)

    def floor_month(self, admin: psycopg.Connection[Any], day: date) -> None:
        """The floor's lines have a partition for this day's month."""
        since = day.replace(day=1)
        end = next_month(day)
        admin.execute(
            f"CREATE TABLE IF NOT EXISTS floor.line_{since:%Y%m} PARTITION OF floor.line"
            f" FOR VALUES FROM ('{since}') TO ('{end}')"
        )

    def turn(self) -> None:
        """V2 over all accounts, in slices."""
        turned: int | None = 0
        while turned is not None:
            turned = self.one("SELECT ledger_turn_year(%s, 20000)", turned)

    def stage_lists(self) -> int:
        """Announce a month of everybody and lay it on both stages; the batch's number."""
        self.batches += 1
        key = f"{self.database}-{self.batches}"
        values = self._values()
        batch = self.one("SELECT ledger_open_batch('bench', %s, '\\x00', %s, %s, %s)",
                         key, self.lists, self.count, self.count * 100_000)  # fmt: skip
        values["batch"] = batch
        self.app.execute(_LISTS, values)
        self.app.execute(f"INSERT INTO ledger_staged_line {_LINES}", values)
        return batch

    def _values(self) -> dict[str, object]:
        return {"count": self.count, "lists": self.lists, "first": self.first, "staff": STAFF,
                "day": self.day(), "at": f"{self.day()} 10:00+08", "batch": 0}  # fmt: skip

    def stage_floor(self) -> None:
        """The floor's month, which is always the same one."""
        self.app.execute(f"INSERT INTO floor.staged {_LINES}", self._values())

    def slices(self, batch: int) -> Iterator[None]:
        """W1: every slice a transaction of its own."""
        number = 1
        while self.one("SELECT (ledger_post_batch(%s, %s, %s)).slice",
                       batch, number, LINES_AT_ONCE):  # fmt: skip
            number += 1
            yield

    def post(self, batch: int) -> None:
        """W1 to its end."""
        for _slice in self.slices(batch):
            pass

    def clear(self, batch: int) -> None:
        """The stage is empty again and what was updated is swept, as between two nights."""
        self.one("SELECT ledger_clear_stage(%s)", batch)
        self.sweep()

    def sweep(self) -> None:
        """VACUUM of what is updated in bulk."""
        with self.admin() as admin:
            admin.execute("VACUUM ledger_account, ledger_interest_sheet, floor.account")

    def remit(self) -> None:
        """A month of everybody, from the stage to the books."""
        batch = self.stage_lists()
        self.post(batch)
        self.clear(batch)

    def floor(self) -> Iterator[None]:
        """The same month on tables without guards, each slice with an ordered lock first."""
        return self._floor(self.day(), locked=True)

    def bare_floor(self) -> Iterator[None]:
        """The next month of the floor without its locks."""
        day = next_month(self.day())
        with self.admin() as admin:
            self.floor_month(admin, day)
        return self._floor(day, locked=False)

    def _floor(self, day: date, *, locked: bool) -> Iterator[None]:
        lists = max(1, LINES_AT_ONCE // STAFF)
        for first in range(1, self.lists + 1, lists):
            last = min(first + lists - 1, self.lists)
            ids = list(range(self.first + (first - 1) * STAFF, self.first + last * STAFF))
            values = {"first": first, "last": last, "day": day, "ids": ids}
            with self.app.transaction():
                if locked:
                    self.app.execute(_LOCK, values)
                self.app.execute(_UPDATE, values)
                self.app.execute(_INSERT, values)
            yield

    def admin(self) -> psycopg.Connection[Any]:
        """A superuser's connection, in the centre's schema."""
        admin = self.stage.layout.cluster.admin(self.database)
        admin.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(CENTER)))
        return admin


def built(stage: Stage, database: str, count: int) -> Town:
    """A copy of the demo's books with a city's accounts in it, opened through the ledger's door."""
    town = founded(stage, database, count)
    for first in range(0, count, ACCOUNTS_AT_ONCE):
        size = min(ACCOUNTS_AT_ONCE, count - first)
        ids = town.one(
            "SELECT ledger_open_accounts('bench', %s, '\\x00', array_agg(%s + n),"
            " array_agg((%s + n) / %s + 1), array_agg('2020-01-02'::date))"
            " FROM generate_series(0, %s) n",
            f"open-{first}", FIRST_PERSON + first, first, STAFF, size - 1,
        )  # fmt: skip
        town.first = town.first or ids[0]
        assert ids[-1] == town.first + first + size - 1, "accounts are numbered without a gap"
    floored(town)
    return town


def founded(stage: Stage, database: str, count: int) -> Town:
    """A copy of the demo's books; nobody of the town is in it yet."""
    layout = stage.layout
    with layout.cluster.admin() as admin:
        provision.drop_database(admin, database)
        provision.copy_database(admin, TEMPLATE, database, layout.centers)
    app = psycopg.connect(layout.database_url(CENTER, "app", database), autocommit=True)
    return Town(stage, database, count, 0, app)


def floored(town: Town) -> None:
    """The floor has the town's accounts, and a month of lines on its stage."""
    with town.admin() as inside:
        inside.execute(
            _FLOOR.format(center=CENTER, app=sql.Identifier(f"{CENTER}_app").as_string())
        )
        inside.execute("INSERT INTO floor.account SELECT * FROM ledger_account WHERE id >= %s",
                       [town.first])  # fmt: skip
        inside.execute("ALTER TABLE floor.account ADD PRIMARY KEY (id)")
        town.floor_month(inside, town.day())
        town.stage_floor()
        inside.execute("VACUUM (ANALYZE)")
        inside.execute("CHECKPOINT")


def taken_down(town: Town) -> None:
    """The town's database is gone."""
    town.app.close()
    with town.stage.layout.cluster.admin() as admin:
        provision.drop_database(admin, town.database)
