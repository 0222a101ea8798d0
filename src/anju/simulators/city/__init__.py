"""A made-up city: who lives and works in it, and what happens to them, from a seed alone.

It knows no ledger and no policy: it tells month by month what employers and people do, and
`config.city` brings that through a centre's doors. Nobody in it is anybody.
"""
