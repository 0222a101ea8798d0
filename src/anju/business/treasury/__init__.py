"""资金与核算: payment orders, bank notices and what became of them."""
