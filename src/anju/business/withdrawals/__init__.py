"""提取: one folder per kind."""
