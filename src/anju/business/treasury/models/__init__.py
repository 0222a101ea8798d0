"""The treasury's tables, by matter."""

from anju.business.treasury.models.payments import Break, Payment, PaymentEvent, PaymentOrder

__all__ = ["Break", "Payment", "PaymentEvent", "PaymentOrder"]
