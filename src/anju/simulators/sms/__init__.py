"""The simulated text-message gateway: every phone's inbox, faults and a console."""
