"""The settlement system's door to the same banks, as docs/integration/settlement.md has it."""
