"""Every layer that keeps money right, as a switch: a planted design bug switches layers off."""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Guards:
    """What the shell around the machines holds; all on in the product."""

    one_live_case: bool = True
    checks_again_under_the_lock: bool = True
    holds_before_it_orders: bool = True
    hold_is_checked_at_order: bool = True
    order_number_never_changes: bool = True
    bank_knows_numbers_again: bool = True
    sent_is_committed_before_the_call: bool = True
    timeout_is_not_a_refusal: bool = True
    not_found_is_not_a_refusal: bool = True
    failure_is_asked_about: bool = True
    unknown_is_left_by_query_only: bool = True
    notices_are_signed: bool = True
    notices_are_taken_once: bool = True
    machine_refuses_what_does_not_fit: bool = True
    posting_keys_are_unique: bool = True
    amount_is_compared: bool = True
    amount_is_fixed_in_the_order: bool = True
    order_is_sealed: bool = True
    closing_account_diverts_money: bool = True
    maker_is_not_checker: bool = True
    one_decision_per_round: bool = True
    approval_is_of_this_content: bool = True
    submits_are_idempotent: bool = True
    sweeper_finds_lost_work: bool = True
    returns_are_booked_once: bool = True
    year_end_is_keyed: bool = True
    year_end_leaves_what_is_ordered: bool = True
    release_makes_up_the_year: bool = True
    closing_settles_the_year_first: bool = True
    late_entries_restate_the_row: bool = True
    years_are_signed_by_two: bool = True
    signed_totals_are_compared: bool = True
    arrivals_are_known_by_serial: bool = True
    day_file_brings_arrivals: bool = True
    suspense_is_taken_once: bool = True
    money_goes_back_by_two: bool = True
    reinstating_takes_interest_back: bool = True
    reinstating_restores_the_days: bool = True
    posts_hold_the_gate: bool = True
    closed_day_takes_no_posting: bool = True
    seal_works_it_out_again: bool = True
    step_and_done_are_one: bool = True
    days_are_signed_by_two: bool = True
    verify_works_roots_out: bool = True

    def without(self, *names: str) -> "Guards":
        """These guards with some layers switched off."""
        return replace(self, **dict.fromkeys(names, False))


ALL = Guards()
NAMES = tuple(field.name for field in fields(Guards))

MUTANTS: dict[str, tuple[str, ...]] = {
    # a planted design bug -> every layer that guards it
    "new_number_on_retry": ("order_number_never_changes",),
    "timeout_is_failure": ("timeout_is_not_a_refusal",),
    "not_found_is_failure": ("not_found_is_not_a_refusal",),
    "failure_notice_trusted": ("failure_is_asked_about", "unknown_is_left_by_query_only"),
    "notice_unsigned": ("notices_are_signed",),
    "freeze_outside_the_lock": ("checks_again_under_the_lock",),
    "second_live_case": ("one_live_case", "holds_before_it_orders", "hold_is_checked_at_order"),
    "submit_not_idempotent": ("submits_are_idempotent", "one_live_case",
                              "holds_before_it_orders", "hold_is_checked_at_order"),
    "settled_twice": ("posting_keys_are_unique", "machine_refuses_what_does_not_fit",
                      "notices_are_taken_once"),
    "returned_twice": ("returns_are_booked_once", "machine_refuses_what_does_not_fit"),
    "amount_not_compared": ("amount_is_compared",),
    "interest_recomputed_at_settlement": ("amount_is_fixed_in_the_order",),
    "call_before_commit": ("sent_is_committed_before_the_call", "order_number_never_changes"),
    "order_not_sealed": ("order_is_sealed",),
    "maker_checks": ("maker_is_not_checker",),
    "decided_twice": ("one_decision_per_round", "machine_refuses_what_does_not_fit",
                      "hold_is_checked_at_order"),
    "approval_replayed": ("approval_is_of_this_content",),
    "money_lost_while_closing": ("closing_account_diverts_money",),
    "no_sweeper": ("sweeper_finds_lost_work",),
    "year_end_not_idempotent": ("year_end_is_keyed",),
    "year_end_touches_an_order": ("year_end_leaves_what_is_ordered",),
    "year_missed_while_closing": ("release_makes_up_the_year",),
    "year_waits_while_closing": ("closing_settles_the_year_first",),
    "late_entry_earns_nothing": ("late_entries_restate_the_row",),
    "year_released_by_one": ("years_are_signed_by_two",),
    "released_over_other_totals": ("signed_totals_are_compared",),
    "arrival_booked_twice": ("arrivals_are_known_by_serial", "notices_are_taken_once"),
    "arrival_never_learnt": ("day_file_brings_arrivals",),
    "receipt_taken_twice": ("suspense_is_taken_once",),
    "given_back_by_one": ("money_goes_back_by_two",),
    "interest_paid_is_kept": ("reinstating_takes_interest_back",),
    "reinstated_without_its_days": ("reinstating_restores_the_days",),
    "posted_into_a_sealed_day": ("posts_hold_the_gate",),
    "sealed_over_another_voucher": ("closed_day_takes_no_posting", "seal_works_it_out_again"),
    "numbered_twice": ("step_and_done_are_one",),
    "sealed_by_one": ("days_are_signed_by_two",),
    "verify_trusts_the_root": ("verify_works_roots_out",),
    "bank_number_not_unique": ("bank_knows_numbers_again", "sent_is_committed_before_the_call",
                               "machine_refuses_what_does_not_fit"),
}  # fmt: skip
