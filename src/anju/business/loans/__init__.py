"""贷款: what members owe the fund."""
