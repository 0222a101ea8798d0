"""The outside world on loopback, with faults that can be switched on.

One process, one small store that survives its restart, one room per outside system: a bank that
pays for every centre, and a text-message gateway. Nothing here knows a policy, a case or a member;
an adapter is pointed at it as it would be at the real thing. Beside it, `city` makes up people who
live and work and are nobody.
"""
