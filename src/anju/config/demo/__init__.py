"""The demo: every process of Anju on one machine, with made-up people and a settable clock."""
