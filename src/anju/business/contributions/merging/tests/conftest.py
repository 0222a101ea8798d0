"""The places and people of these tests are those of a stop."""

from anju.business.contributions.stopping.tests.conftest import (
    bank,
    books,
    both_cities,
    worker,
)

__all__ = ["bank", "books", "both_cities", "worker"]
