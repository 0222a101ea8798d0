"""The outside world on loopback, with faults that can be switched on."""
