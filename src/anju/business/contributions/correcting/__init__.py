"""错缴更正: what was paid wrongly for a member goes back to the employer; the branch approves."""
