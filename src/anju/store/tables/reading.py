"""Read a table file that somebody sent: in a process of its own, bounded in time and memory.

    table = read(data, columns=COLUMNS, limits=Limits(bytes_max=…, rows_max=…))

The process holds the parsers, the hostile bytes and nothing else: when a parser is made to take
all memory, to loop or to crash, it alone ends, and the person hears that the file cannot be read.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from anju.store.tables.shapes import Ask, CellProblem, Column, Limits, Table, TableRefused

ROOT: Final = str(Path(__file__).resolve().parents[3])
_CHILD: Final = "anju.store.tables.apart"
_WAITS: Final = 3
"""Wall-clock seconds allowed for one of processor time, on a machine with other work."""

logger = logging.getLogger(__name__)


def read(
    data: bytes, *, columns: Sequence[Column], limits: Limits, passed_over: Sequence[str] = ()
) -> Table:
    """The table in `data` (.xlsx or .csv) by `columns`. Raises TableRefused.

    `passed_over` are sheets that are no table, as the page of a template that explains it.
    """
    if len(data) > limits.bytes_max:
        mib = limits.bytes_max / 1024 / 1024
        raise TableRefused("bytes_max", f"文件超过 {mib:g} MB，请分成几个文件上传")
    ask = Ask(tuple(columns), limits, tuple(passed_over))
    said = _asked(json.dumps(ask.told()).encode() + b"\n" + data, limits)
    if "refused" in said:
        told = said["refused"]
        raise TableRefused(told["code"], told["says"], told["sheet"], tuple(told["places"]))
    return _table(said["table"])


def _asked(message: bytes, limits: Limits) -> dict[str, Any]:
    try:
        # Only our own interpreter and module; the file itself is never an argument.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-X", "utf8", "-m", _CHILD],
            input=message,
            capture_output=True,
            timeout=limits.seconds_max * _WAITS,
            check=False,
            env={"PYTHONPATH": ROOT, "PATH": os.defpath},
        )
    except subprocess.TimeoutExpired as error:
        raise TableRefused("too_slow", "表格过于复杂，规定时间内没有读完") from error
    if done.returncode != 0:
        logger.warning(
            "the reader of a table ended with %s: %s",
            done.returncode,
            done.stderr[-300:].decode("utf-8", "replace"),
        )
        raise TableRefused("broken", "表格不能读取，可能已损坏，请把内容复制到新建的表格后上传")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _table(told: dict[str, Any]) -> Table:
    return Table(
        told["sheet"],
        told["rows"],
        told["cells"],
        [CellProblem(*each) for each in told["problems"]],
        told["ignored"],
    )
