"""The simulated bank: accounts, orders, movements, notices, faults and a console."""
