"""What a hall of its own will do one day: run as `python backstage.py DEED …` with a centre's
ANJU_… settings.

    pay-in ACCOUNT_NO TIMES     an employer pays a member in, that many times today
    open-logins PASSWORD        everybody without a login gets one
"""

import sys
from collections.abc import Callable

import django


def pay_in(account_no: str, times: str) -> None:
    """Remit 10 yuan, and a fen more each time, for this account alone."""
    from anju import policy, ports
    from anju.business.contributions import orders
    from anju.business.contributions.models import Enrolment

    enrolment = Enrolment.objects.get(account_no=account_no)
    at = ports.clock().now()
    for number in range(int(times)):
        orders.remit(
            enrolment.employer_id,
            month=at.date().replace(day=1),
            bank_account_id=policy.current().payer.ledger_id,
            amounts={enrolment.account_id: 1000 + number},
            reference=f"BJ{account_no}{number:04}",
            at=at,
        )


def open_logins(password: str) -> None:
    """What registering on one's own will do, for everybody who has an account and no login."""
    from anju import ports
    from anju.business.contributions.models import Enrolment
    from anju.parties import actions
    from anju.parties.models import User
    from anju.store.audit import Actor

    known = User.objects.filter(kind=User.Kind.MEMBER).values("person_id")
    people = Enrolment.objects.exclude(person_id__in=known).values_list("person_id", flat=True)
    for person_id in people:
        at = ports.clock().now()
        actions.open_login(person_id, password=password, actor=Actor.system(), at=at)


DEEDS: dict[str, Callable[..., None]] = {"pay-in": pay_in, "open-logins": open_logins}

if __name__ == "__main__":
    django.setup()
    DEEDS[sys.argv[1]](*sys.argv[2:])
