"""Planted faults: each switches off what a proof says it proves, and must turn that proof red.

`./dev test --mutants` plants them one by one. A mutant that no proof notices fails the build: the
proof has become blind. Where several layers guard one promise, all of them are switched off.
"""

from __future__ import annotations

from .mutants_outside import AWAY, BANK
from .mutants_within import WITHIN

MUTANTS = (*BANK, *AWAY, *WITHIN)
