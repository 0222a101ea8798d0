"""Whose an order is: what it pays for is locked before it, and told what became of it."""

from datetime import datetime
from typing import Protocol

from anju.business.treasury import employer_refunds, epochs, refunds, returns
from anju.cases import engine as cases


class Owner(Protocol):
    """What an order is paid for; every function runs in the payment's transaction."""

    def lock_case_of_order(self, order_no: str) -> None:
        """Lock it: it is locked before the order."""

    def payment_succeeded(self, order_no: str, *, at: datetime) -> None:
        """The bank has paid."""

    def payment_failed(self, order_no: str, *, reason: str, at: datetime) -> None:
        """The bank did not pay and never will under this number."""

    def payment_came_back(self, order_no: str, *, reason: str, at: datetime) -> None:
        """The bank paid, and the money came back."""


def owner_of(order_no: str) -> Owner:
    """By the kind that the number begins with: a refund of a receipt, or of an employer's money, a
    return paid again, a case."""
    if order_no.startswith(epochs.TO_EMPLOYER):
        return employer_refunds
    if order_no.startswith(epochs.REFUND):
        return refunds
    return returns if order_no.startswith(epochs.AGAIN) else cases
