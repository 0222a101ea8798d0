"""柜台单位开户: staff take the papers of an employer without an account; another approves."""
