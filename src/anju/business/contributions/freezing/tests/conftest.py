"""The places and people of these tests are those of the withdrawal that follows a stop."""

from anju.business.withdrawals.retirement.tests.conftest import (
    bank,
    books,
    both_cities,
    worker,
)

__all__ = ["bank", "books", "both_cities", "worker"]
