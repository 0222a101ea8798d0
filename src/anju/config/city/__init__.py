"""A made-up city brought through a centre's doors: see `anju city generate`."""
