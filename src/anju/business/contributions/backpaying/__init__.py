"""Months that have passed are paid (补缴): chosen, reckoned month by month, confirmed as a list."""
