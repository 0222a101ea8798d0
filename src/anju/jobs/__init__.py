"""Work that runs by itself: senders, sweepers, the turn of the day."""
