"""An employer's account as its agents see it: facts, arrears, receipts, certificates."""
