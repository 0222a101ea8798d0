"""合并个人账户: two accounts of one person become one, by papers and review."""
