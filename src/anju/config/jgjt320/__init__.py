"""JGJ/T 320-2014, the national data standard: our data under its tables and column names."""
