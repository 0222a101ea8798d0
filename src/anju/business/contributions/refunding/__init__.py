"""未分摊退款: an employer gets money back that waits for it, where it came from."""
