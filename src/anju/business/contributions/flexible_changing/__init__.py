"""灵活就业缴存变更: other terms for an agreement, or its end, at the counter."""
