"""The books once more, from the first voucher: `anju verify --replay`.

A second, plain implementation of what posting does. It reads lines in their order and keeps what it
needs for one account or one voucher; it shares no SQL function and no domain function with posting,
so an error there and its twin here would have to be made twice.
"""

from anju.ledger.replay.deviations import Deviation, Row, Stream, Terms
from anju.ledger.replay.run import Replayed, replay, rows_of, streaming

__all__ = ["Deviation", "Replayed", "Row", "Stream", "Terms", "replay", "rows_of", "streaming"]
