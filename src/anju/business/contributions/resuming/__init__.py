"""恢复缴存: an employer pays again before its deferral has passed; the branch approves."""
