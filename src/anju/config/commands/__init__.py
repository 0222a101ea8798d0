"""Subcommands of the `anju` command line, one module each; found by their place."""
