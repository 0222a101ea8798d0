"""How money travels between two accounts, and the query that tells what became of any order."""

from typing import Final

QUERY: Final = "BDC110"

REALTIME_FEN_MAX: Final = 100_000_000
"""One million yuan: what the payment systems between banks carry in real time, at any hour."""
WITHIN_THE_BANK, BETWEEN_BANKS_NOW, BETWEEN_BANKS_LATER = "1", "2", "3"


def settle_type(amount_fen: int, *, own_bank: bool) -> str:
    """1 within the bank; 2 between banks at once; 3 between banks when their clearing is open."""
    if own_bank:
        return WITHIN_THE_BANK
    return BETWEEN_BANKS_NOW if amount_fen <= REALTIME_FEN_MAX else BETWEEN_BANKS_LATER
