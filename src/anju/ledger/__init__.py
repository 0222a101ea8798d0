"""Vouchers, lines, accounts, holds and days: post() and nothing else writes money."""
