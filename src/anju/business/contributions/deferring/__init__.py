"""缓缴: an employer in hardship pays some months later; the branch approves."""
