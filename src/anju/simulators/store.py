"""The small store of the simulated world: one SQLite file."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS sequence (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT NOT NULL,
    kind TEXT NOT NULL,
    client TEXT NOT NULL,          -- '' = every centre
    remaining INTEGER,             -- NULL = until switched off
    params TEXT NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS bank_account (
    number TEXT PRIMARY KEY,
    bank_code TEXT NOT NULL,
    name TEXT NOT NULL,
    holder TEXT NOT NULL,          -- center | person
    client TEXT NOT NULL,          -- whose, for a centre's account
    balance_fen INTEGER NOT NULL,
    state TEXT NOT NULL            -- open | closed | frozen
) STRICT;

CREATE TABLE IF NOT EXISTS bank_order (
    client TEXT NOT NULL,
    order_no TEXT NOT NULL,
    content TEXT NOT NULL,         -- the order as it first came, to compare repetitions with
    amount_fen INTEGER NOT NULL,
    principal_fen INTEGER NOT NULL,
    interest_fen INTEGER NOT NULL,
    payee_name TEXT NOT NULL,
    payee_account TEXT NOT NULL,
    payee_bank_code TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    summary TEXT NOT NULL,
    ordered INTEGER NOT NULL,      -- 0 = the bank made it up
    state TEXT NOT NULL,           -- accepted | paid | failed | returned
    held INTEGER NOT NULL,         -- 1 = waits for somebody at the console
    pay_fen INTEGER NOT NULL,      -- what the bank is going to pay
    refuse_code TEXT NOT NULL,     -- '' = is not going to refuse
    return_after REAL,             -- seconds from payment to return
    due REAL NOT NULL,
    return_due REAL,
    settled_fen INTEGER NOT NULL,
    bank_serial TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    times_received INTEGER NOT NULL,
    PRIMARY KEY (client, order_no)
) STRICT;
CREATE INDEX IF NOT EXISTS bank_order_state ON bank_order (state);

-- Money that really moved. No key on the order: an order paid twice would show as two rows.
CREATE TABLE IF NOT EXISTS bank_movement (
    serial TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    order_no TEXT NOT NULL,
    kind TEXT NOT NULL,            -- payment | return | arrival | collection | debit | split
    payer_account TEXT NOT NULL,
    payee_account TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS bank_movement_order ON bank_movement (client, order_no);

CREATE TABLE IF NOT EXISTS bank_in_flight (
    id INTEGER PRIMARY KEY AUTOINCREMENT, client TEXT NOT NULL, message TEXT NOT NULL,
    due REAL NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS bank_notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    notice_id TEXT NOT NULL,
    client TEXT NOT NULL,
    order_no TEXT NOT NULL,
    message TEXT NOT NULL,
    nature TEXT NOT NULL,          -- genuine | forged | mistaken
    state TEXT NOT NULL,           -- waiting | delivered | lost | given_up
    held_back INTEGER NOT NULL,    -- 1 = a later one goes first
    copies_left INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_try REAL NOT NULL,
    last_answer TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS bank_notice_state ON bank_notice (state, next_try);
CREATE INDEX IF NOT EXISTS bank_notice_order ON bank_notice (client, order_no);

CREATE TABLE IF NOT EXISTS bank_batch (
    client TEXT NOT NULL,
    batch_no TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (client, batch_no)
) STRICT;

-- Who has agreed that a centre fetches money from his account.
CREATE TABLE IF NOT EXISTS bank_agreement (
    client TEXT NOT NULL,
    agreement_no TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    state TEXT NOT NULL,           -- active | ended
    PRIMARY KEY (client, agreement_no)
) STRICT;

CREATE TABLE IF NOT EXISTS bank_collection (
    client TEXT NOT NULL,
    order_no TEXT NOT NULL,
    kind TEXT NOT NULL,            -- single | batch | debit
    content TEXT NOT NULL,         -- as it first came, to compare repetitions with
    amount_fen INTEGER NOT NULL,
    full_only INTEGER NOT NULL,
    agreement_no TEXT NOT NULL,
    payer_name TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    payer_bank_code TEXT NOT NULL,
    payee_account TEXT NOT NULL,
    summary TEXT NOT NULL,
    state TEXT NOT NULL,           -- accepted | collected | refused
    held INTEGER NOT NULL,         -- 1 = waits for somebody at the console
    take_fen INTEGER NOT NULL,     -- what the bank is going to charge
    refuse_code TEXT NOT NULL,     -- '' = is not going to refuse
    due REAL NOT NULL,
    collected_fen INTEGER NOT NULL,
    bank_serial TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    times_received INTEGER NOT NULL,
    PRIMARY KEY (client, order_no)
) STRICT;
CREATE INDEX IF NOT EXISTS bank_collection_state ON bank_collection (state);

CREATE TABLE IF NOT EXISTS bank_split (
    client TEXT NOT NULL,
    split_no TEXT NOT NULL,
    content TEXT NOT NULL,
    debit_batch_no TEXT NOT NULL,
    state TEXT NOT NULL,           -- accepted | done | refused
    due REAL NOT NULL,
    count INTEGER NOT NULL,
    booked TEXT NOT NULL,          -- four amounts and their serials, once done
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (client, split_no)
) STRICT;

CREATE TABLE IF NOT EXISTS bdc_session (
    session_no TEXT PRIMARY KEY,
    node TEXT NOT NULL,
    secret TEXT NOT NULL,
    until REAL NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS enterprise (
    uscc TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    founded_on TEXT NOT NULL,
    legal_representative TEXT NOT NULL,
    division TEXT NOT NULL,
    password TEXT NOT NULL,
    state TEXT NOT NULL            -- open | revoked
) STRICT;

CREATE TABLE IF NOT EXISTS sms_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client TEXT NOT NULL,
    message_id TEXT NOT NULL,
    phone TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,           -- arrived | swallowed | refused
    copies INTEGER NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (client, message_id)
) STRICT;
CREATE INDEX IF NOT EXISTS sms_message_phone ON sms_message (phone);
"""


class Store:
    """Opens the file; reads run side by side, writes one after another."""

    def __init__(self, path: Path) -> None:
        """Open or make the store at `path`. Raises sqlite3.Error, OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._writing = threading.RLock()
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # One connection per use: threads come and go, and opening a file costs microseconds.
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed when the block ends well, undone otherwise."""
        with self._writing, self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def rows(
        self, sql: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> list[sqlite3.Row]:
        """What `sql` selects."""
        with self._open() as connection:
            return connection.execute(sql, values).fetchall()


def found(connection: sqlite3.Connection, table: str, **key: object) -> sqlite3.Row | None:
    """The row of `table` with this key, or None. Names are our own, never a message's."""
    row: sqlite3.Row | None = connection.execute(
        f"SELECT * FROM {table} WHERE {_equal(key, ' AND ')}",  # noqa: S608 - our own names
        key,
    ).fetchone()
    return row


def kept(connection: sqlite3.Connection, table: str, **key: object) -> sqlite3.Row:
    """The row of `table` with this key, which is there."""
    row = found(connection, table, **key)
    assert row is not None, (table, key)
    return row


def change(
    connection: sqlite3.Connection, table: str, key: Mapping[str, object], **values: object
) -> sqlite3.Row:
    """Change the one row of `table` with this key; the row as it is now."""
    connection.execute(
        f"UPDATE {table} SET {_equal(values, ', ')} WHERE {_equal(key, ' AND ')}",  # noqa: S608 - our own names
        {**values, **key},
    )
    return kept(connection, table, **key)


def _equal(values: Mapping[str, object], between: str) -> str:
    return between.join(f"{name} = :{name}" for name in values)


def next_number(connection: sqlite3.Connection, name: str) -> int:
    """The next number of the series `name`. A reset of the world does not restart it."""
    row = connection.execute(
        "INSERT INTO sequence VALUES (?, 1) "
        "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
        (name,),
    ).fetchone()
    return int(row["value"])
