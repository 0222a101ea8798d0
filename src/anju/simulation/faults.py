"""The faults of the world, each with a name and a rate drawn by the seed (swarm testing)."""

import random
from collections import Counter

RATES = (0.0, 0.01, 0.05, 0.2)

KINDS = (
    "request_lost",
    "request_doubled",
    "reply_lost",
    "reply_delayed",
    "bank_down",
    "bank_refuses",
    "bank_slow",
    "wrong_amount",
    "returned_after_success",
    "never_ordered",
    "notice_lost",
    "notice_doubled",
    "notice_late",
    "notice_before_reply",
    "notice_forged",
    "stale_failure_notice",
    "query_lost",
    "query_not_found",
    "crash_before_call",
    "crash_after_call",
    "crash_before_commit",
    "commit_unknown",
    "job_lost",
    "submitted_twice",
    "decided_twice",
    "content_changed_under_review",
    "freeze_races_submit",
    "remittance_races_order",
    "clock_jump",
    "order_tampered",
    "year_end_crash",
    "late_entry_before_release",
    "arrival_lost",
    "arrival_doubled",
    "arrival_forged",
    "arrival_reversed",
    "payer_unknown",
    "receipt_taken_by_two",
    "returned_money_taken_twice",
    "one_gives_back_alone",
    "flip_races_posting",
    "day_end_crash",
    "voucher_slipped_in",
    "one_signs_twice",
    "sealed_posting_changed",
)


class Faults:
    """Draws whether a fault strikes, and counts those that did."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.rates = {kind: rng.choice(RATES) for kind in KINDS}
        self.struck: Counter[str] = Counter()

    def strike(self, kind: str) -> bool:
        """Whether this fault happens now."""
        rate = self.rates[kind]
        if rate and self._rng.random() < rate:
            self.struck[kind] += 1
            return True
        return False

    def heal(self) -> None:
        """The second phase: nothing goes wrong any more, and everything must come home."""
        self.rates = dict.fromkeys(KINDS, 0.0)
