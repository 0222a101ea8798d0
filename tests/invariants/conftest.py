"""The bank and the cities of these tests."""

import pytest

# What a proof saw is to be read in its failure, also where it is no test itself.
pytest.register_assert_rewrite(
    "tests.invariants.races",
    "tests.faults.at_once",
    "tests.faults.down",
    "tests.faults.journeys",
    "tests.faults.kills",
    "tests.faults.stops",
)

from anju.business.withdrawals.retirement.tests.conftest import (  # noqa: E402, F401 - fixtures
    bank,
    xishuangbanna,
    yuncheng,
)
