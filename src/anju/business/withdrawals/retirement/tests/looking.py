"""What a member sees of a service, and what the books hold."""

from __future__ import annotations

from django.db import connection

from anju import ledger
from anju.business.withdrawals.retirement.tests import cast
from anju.cases import facts

AT = cast.AT


def card_of(who, channel="h5"):
    return facts.service_card(cast.SERVICE, person_id=who.person_id, channel=channel, at=AT)


def unmet(findings):
    return {finding.code for finding in findings if not finding.met}


def books_balance():
    """The double entry holds, and the members' subject is what the accounts hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(balance), 0)::bigint FROM ledger_account")
        held = cursor.fetchone()[0]
    assert ledger.control_total("") == 0
    assert -ledger.control_total("201") == held
