"""清册冲正: a list that was given out wrongly is taken back from everybody in it."""
