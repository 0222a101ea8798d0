"""The employer hall (单位网厅): for the agents whom employers have appointed."""
