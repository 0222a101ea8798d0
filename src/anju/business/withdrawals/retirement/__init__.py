"""退休提取 / 离退休提取: a retired member draws the whole balance and the account is closed."""
