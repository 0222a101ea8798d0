"""Settings, wiring, discovery, clock and command line: the only place that knows who is who."""
