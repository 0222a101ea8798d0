"""The bank and the cities of these tests."""

from anju.business.withdrawals.retirement.tests.conftest import (  # noqa: F401 - fixtures
    bank,
    xishuangbanna,
    yuncheng,
)
