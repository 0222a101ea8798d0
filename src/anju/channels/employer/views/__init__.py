"""The pages of the employer hall."""
