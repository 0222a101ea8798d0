"""Who answers for which port in this process, chosen from the environment and the city."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings

from anju import policy, ports
from anju.config.clock import DEMO_START, FileClock, SettableClock, SystemClock
from anju.config.environment import Environment


def clock_for(environment: Environment) -> ports.Clock:
    """The clock of this process: the machine's in production, a settable one elsewhere."""
    if environment.production:
        return SystemClock()
    if environment.clock_file is None:
        return SettableClock(DEMO_START)
    return FileClock(environment.clock_file)


def wire() -> None:
    """Load the city's policy and offer every port. Raises PolicyError for a bad city folder."""
    environment: Environment = settings.ENVIRONMENT
    ports.offer("clock", clock_for(environment))
    if hasattr(policy, "load"):
        policy.use(policy.load(environment.center, environment.centers_dir))


def business_date(at: datetime) -> date:
    """The day the centre's books are on; the clock's day until the first one is opened."""
    return at.date()
