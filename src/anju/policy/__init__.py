"""Policy is dated data: reads centers/ into frozen, typed objects and refuses bad files."""

from anju.policy.bank_shapes import Bank
from anju.policy.contribution import contribution_terms
from anju.policy.current import Assumption, Policy, current, use, using
from anju.policy.dated_values import Declared, Params
from anju.policy.demo import DemoAgent, DemoFile, DemoMember, DemoStaff
from anju.policy.examples import failing_examples
from anju.policy.interest import interest_terms
from anju.policy.loader import centers_in, load
from anju.policy.problems import PolicyError
from anju.policy.service_shapes import Review, ServicePolicy, Slot, Step
from anju.policy.shapes import (
    AccountPage,
    Branch,
    Identity,
    LabelledField,
    MenuSection,
)

__all__ = [
    "AccountPage",
    "Assumption",
    "Bank",
    "Branch",
    "Declared",
    "DemoAgent",
    "DemoFile",
    "DemoMember",
    "DemoStaff",
    "Identity",
    "LabelledField",
    "MenuSection",
    "Params",
    "Policy",
    "PolicyError",
    "Review",
    "ServicePolicy",
    "Slot",
    "Step",
    "centers_in",
    "contribution_terms",
    "current",
    "failing_examples",
    "interest_terms",
    "load",
    "use",
    "using",
]
