"""降低比例: an employer in hardship pays by lower ratios for some months; the branch approves."""
