"""委托收款: an employer agrees that what its lists come to is fetched from its account."""
