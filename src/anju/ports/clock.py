"""The only way to learn what time it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time of the centre; the demo and the tests set it, production lets it run."""

    def now(self) -> datetime:
        """The present instant, aware, in Asia/Shanghai. Never goes back within one process
        unless a demo or a test sets it back.
        """
        ...
