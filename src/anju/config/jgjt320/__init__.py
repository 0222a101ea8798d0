"""JGJ/T 320-2014: our data under the national standard's tables and column names."""
