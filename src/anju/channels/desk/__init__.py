"""Where an employer's business is done: pages that the employer hall and the counter share.

A hall lets somebody in, says for which employer he acts, and lends its frame; see `desk.Desk`.
"""
