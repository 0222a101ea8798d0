"""灵活就业缴存: somebody without an employer signs an agreement at the counter."""
