"""单位销户: an employer that is gone closes its account; the branch approves."""
