"""A server with a base backup and an archive, thrown back to a second of its past."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from django.db import connection

from anju.config.clones import TestDatabases
from anju.config.cluster import THROWAWAY, Cluster, locked
from anju.ports.bank_accounts import AccountBalance, StatementLine, StatementPage

from .file_bank import AT, FileBank

_ARCHIVED = {
    **THROWAWAY,
    "wal_level": "replica",
    "archive_mode": "on",
    "synchronous_commit": "on",
    "hot_standby": "on",
}
_OPENING = 900_000_000
PAGE = 3


class StatementBank(FileBank):
    """The bank in a file, which also tells what has moved on the centre's account."""

    def statement(
        self, account: str, *, since: date, until: date, after: str = ""
    ) -> StatementPage:
        """The port's `statement`, a few lines at a time."""
        lines, balance = [], _OPENING
        for number, order_no, payee, kind, amount in self.rows(
            "SELECT id, order_no, payee, kind, amount FROM movement ORDER BY id"
        ):
            signed = -amount if kind == "payment" else amount
            balance += signed
            lines.append(
                StatementLine(
                    account=account, serial=f"S-{order_no}", amount_fen=signed,
                    balance_fen=balance, booked_on=AT.date(), occurred_at=AT + timedelta(number),
                    counter_account=payee, counter_name="", remark=order_no, summary="",
                    reversal=False,
                )
            )  # fmt: skip
        asked = [line for line in lines if since <= line.booked_on <= until]
        first = int(after or 0)
        more = str(first + PAGE) if len(asked) > first + PAGE else ""
        return StatementPage(lines=tuple(asked[first : first + PAGE]), more=more)

    def balance(self, account: str) -> AccountBalance:
        """The port's `balance`."""
        (moved,) = self.rows(
            "SELECT coalesce(sum(CASE kind WHEN 'payment' THEN -amount ELSE amount END), 0)"
            " FROM movement"
        )[0]
        total = _OPENING + moved
        return AccountBalance(
            account=account, balance_fen=total, available_fen=total, open=True, at=AT
        )

    def requests(self) -> int:
        """How often anybody has asked it to pay anything."""
        return int(self.rows("SELECT coalesce(sum(requests), 0) FROM known")[0][0])


class ArchivedDatabases(TestDatabases):
    """A server whose past can be had back: a cold base backup, and every segment since."""

    def __init__(self, state: Path, center: str) -> None:
        super().__init__(state, center)
        self.cluster = Cluster(state, "restore", _ARCHIVED)
        self.base = self.cluster.home / "base"
        self.archive = self.cluster.home / "archive"

    def back_up(self) -> None:
        """Take the base backup of a server that stands still; from here on it is archived."""
        shutil.rmtree(self.archive, ignore_errors=True)
        self.archive.mkdir(mode=0o777)
        os.chmod(self.archive, 0o777)
        self.cluster.stop()
        self._copy(self.cluster.data, self.base)
        self.cluster.settings["archive_command"] = (
            f"cp %p {self.archive}/.part && mv {self.archive}/.part {self.archive}/%f"
        )
        self.cluster.start()

    def now(self) -> str:
        """The place in the log where the server is: all that is committed lies before it."""
        with self.cluster.admin() as admin:
            row = admin.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
        assert row is not None
        return str(row[0])

    def disaster_and_restore(self, lsn: str) -> None:
        """The server dies; base backup and archive are played up to `lsn`; it serves again."""
        with self.cluster.admin() as admin:
            row = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        for _ in range(1_200):
            if (self.archive / f"{row[0]}").exists():
                break
            time.sleep(0.05)
        connection.close()
        self.cluster._stop_now()
        self._copy(self.base, self.cluster.data)
        signal = self.cluster.data / "recovery.signal"
        signal.touch()
        if self.cluster.user is not None:
            os.chown(signal, self.cluster.user.uid, self.cluster.user.gid)
        restoring = {
            "restore_command": f"cp {self.archive}/%f %p",
            "recovery_target_lsn": lsn,
            "recovery_target_action": "promote",
        }
        before = dict(self.cluster.settings)
        self.cluster.settings.update(restoring)
        self.cluster.start()
        self.cluster.settings = before
        with self.cluster.admin() as admin:
            while admin.execute("SELECT pg_is_in_recovery()").fetchone() != (False,):
                time.sleep(0.05)

    @staticmethod
    def _copy(whence: Path, to: Path) -> None:
        shutil.rmtree(to, ignore_errors=True)
        subprocess.run(["cp", "-a", whence, to], check=True)


@contextmanager
def archived(state: Path, center: str) -> Iterator[tuple[ArchivedDatabases, str]]:
    """Such a server, backed up and running, and a database in it."""
    with locked(state / "restore.mutex"):
        databases = ArchivedDatabases(state, center)
        databases.cluster.stop()
        databases.cluster.settings["archive_command"] = "true"
        databases.cluster.start()
        try:
            databases._template = databases._make_template()
            databases._drop_left_over()
            name = databases.clone()
            databases.back_up()
            yield databases, name
        finally:
            databases.cluster.stop()
            if databases.base.exists():
                # The next run begins where this one began, not in its restored past.
                shutil.rmtree(databases.cluster.data)
                databases.base.rename(databases.cluster.data)
            shutil.rmtree(databases.archive, ignore_errors=True)
