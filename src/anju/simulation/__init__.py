"""A whole centre in one process and no time: the pure machines under a seeded, faulty world.

Clock, bank, staff, members, employers and courts are simulated; case, payment and interest are
the production machines. Same seed, same run, to the last byte of the journal's head.
"""
