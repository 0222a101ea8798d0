"""Every act on a case, for halls: applicants' and staff's, one transaction each."""

from anju.cases.applying import begin, cancel, mark_read, take_step
from anju.cases.decisions import (
    approve,
    check_first,
    reject,
    replace_evidence,
    return_for_correction,
)
from anju.cases.entering import (
    add_entered_evidence,
    amend,
    enter,
    remove_entered_evidence,
    submit_entered,
    take_back_entered,
)
from anju.cases.evidence import add_evidence, remove_evidence
from anju.cases.proving import send_code
from anju.cases.revealing import reveal

__all__ = [
    "add_entered_evidence",
    "add_evidence",
    "amend",
    "approve",
    "begin",
    "cancel",
    "check_first",
    "enter",
    "mark_read",
    "reject",
    "remove_entered_evidence",
    "remove_evidence",
    "replace_evidence",
    "return_for_correction",
    "reveal",
    "send_code",
    "submit_entered",
    "take_back_entered",
    "take_step",
]
