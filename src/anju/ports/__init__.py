"""What Anju asks of the outside world: promises and records, no code that keeps them."""
