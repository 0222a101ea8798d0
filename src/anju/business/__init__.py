"""What the fund does: one Django app per area."""
