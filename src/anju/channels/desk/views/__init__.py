"""The pages about an employer, alike in both halls."""
