"""The places and people of these tests are those of somebody who pays for himself."""

from anju.business.contributions.flexible.tests.conftest import (
    bank,
    books,
    both_cities,
    fetches,
    worker,
)

__all__ = ["bank", "books", "both_cities", "fetches", "worker"]
