"""Subcommands of , one module each; found by their place."""
