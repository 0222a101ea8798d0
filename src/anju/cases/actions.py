"""Every act on a case, for halls: applicants' and staff's, one transaction each."""

from anju.cases.applying import begin, cancel, mark_read, take_step
from anju.cases.decisions import approve, reject, replace_evidence, return_for_correction
from anju.cases.evidence import add_evidence, remove_evidence
from anju.cases.proving import send_code
from anju.cases.revealing import reveal

__all__ = [
    "add_evidence",
    "approve",
    "begin",
    "cancel",
    "mark_read",
    "reject",
    "remove_evidence",
    "replace_evidence",
    "return_for_correction",
    "reveal",
    "send_code",
    "take_step",
]
