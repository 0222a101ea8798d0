"""催缴: employers whose month was not paid in its term are found, listed and reminded."""
