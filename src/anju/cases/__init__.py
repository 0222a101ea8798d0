"""An application's life: questions, evidence, proofs, review by another, progress, messages."""
