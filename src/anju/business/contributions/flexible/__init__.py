"""灵活就业: people without an employer who pay for themselves, by a plan, from their own card."""
