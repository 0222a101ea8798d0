"""停缴: stop contributing for a member who retires or leaves; the branch approves."""
