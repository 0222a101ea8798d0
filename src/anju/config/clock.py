"""The clocks. Nothing else in Anju asks the operating system what time it is."""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Where demo and tests begin: ten o'clock on a Friday that is a working day in every city.
DEMO_START = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


class SystemClock:
    """The machine's own clock, in Shanghai's time. Production's only clock."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(SHANGHAI)


class SettableClock:
    """A clock for one process that stands still until a test moves it."""

    def __init__(self, start: datetime = DEMO_START) -> None:
        self._lock = threading.Lock()
        self._now = start

    def now(self) -> datetime:
        """The instant it was last set to."""
        with self._lock:
            return self._now

    def set(self, instant: datetime) -> None:
        """Show `instant` (aware) from now on."""
        with self._lock:
            self._now = instant.astimezone(SHANGHAI)

    def advance(self, step: timedelta | None = None, **parts: float) -> datetime:
        """Move by a timedelta, or by its parts: `clock.advance(days=1, hours=2)`."""
        with self._lock:
            self._now += step if step is not None else timedelta(**parts)
            return self._now


class FileClock:
    """The demo's clock: several processes share it through one small file.

    The file says which instant was shown at which moment of the machine's clock; from there the
    demo's time runs as time does. The file is replaced whole, so a reader never sees half of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """The demo's present instant."""
        status = os.stat(self.path)
        stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
        with self._lock:
            if stamp != self._stamp:
                written = json.loads(self.path.read_text(encoding="utf-8"))
                shown = datetime.fromisoformat(written["shown"])
                self._offset = shown - datetime.fromtimestamp(written["machine"], SHANGHAI)
                self._stamp = stamp
            return datetime.now(SHANGHAI) + self._offset

    def set(self, instant: datetime) -> None:
        """Show `instant` now, in every process that reads the file, and run on from there."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(f".{os.getpid()}.tmp")
        text = json.dumps(
            {"shown": instant.astimezone(SHANGHAI).isoformat(), "machine": time.time()}
        )
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, self.path)
