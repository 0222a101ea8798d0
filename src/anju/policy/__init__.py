"""A centre's policy: dated, typed data read from centers/, or a clear refusal to start."""
