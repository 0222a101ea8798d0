"""Tables of contributions, by matter."""

from anju.business.contributions.models.adjustment_files import AdjustmentFile
from anju.business.contributions.models.adjustments import (
    BaseAdjustment,
    BaseAdjustmentLine,
    RatioChange,
)
from anju.business.contributions.models.certificates import Certificate
from anju.business.contributions.models.collection_agreements import CollectionAgreement
from anju.business.contributions.models.corrections import Correction, CorrectionLine
from anju.business.contributions.models.deferrals import Deferral
from anju.business.contributions.models.dunnings import Dunning
from anju.business.contributions.models.employer_accounts import EmployerAccount
from anju.business.contributions.models.enrolment_events import EnrolmentEvent
from anju.business.contributions.models.enrolments import Enrolment
from anju.business.contributions.models.flexible_agreements import FlexibleAgreement
from anju.business.contributions.models.freezes import Freeze
from anju.business.contributions.models.lowerings import Lowering
from anju.business.contributions.models.moves import Move
from anju.business.contributions.models.remittances import Remittance, RemittanceLine
from anju.business.contributions.models.reversals import Reversal
from anju.business.contributions.models.rosters import RosterBlock, RosterImport

__all__ = [
    "AdjustmentFile",
    "BaseAdjustment",
    "BaseAdjustmentLine",
    "Certificate",
    "CollectionAgreement",
    "Correction",
    "CorrectionLine",
    "Deferral",
    "Dunning",
    "EmployerAccount",
    "Enrolment",
    "EnrolmentEvent",
    "FlexibleAgreement",
    "Freeze",
    "Lowering",
    "Move",
    "RatioChange",
    "Remittance",
    "RemittanceLine",
    "Reversal",
    "RosterBlock",
    "RosterImport",
]
