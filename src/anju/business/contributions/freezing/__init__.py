"""冻结: an authority forbids taking money out, by its paper; entered and approved at the branch."""
