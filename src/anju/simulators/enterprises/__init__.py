"""The simulated enterprise-opening platform: who is registered, faults and a console."""
