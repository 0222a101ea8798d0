"""What only an employer's office does so far: run as `python backstage.py ACCOUNT_NO TIMES` with a
centre's ANJU_… settings, it pays a member in that many times.
"""

import sys

import django


def pay_in(account_no: str, times: int) -> None:
    """Remit 10 yuan, and a fen more each time, for this account alone."""
    django.setup()
    from anju import policy, ports
    from anju.business.contributions import orders
    from anju.business.contributions.models import Enrolment

    enrolment = Enrolment.objects.get(account_no=account_no)
    at = ports.clock().now()
    for number in range(times):
        orders.remit(
            enrolment.employer_id,
            month=at.date().replace(day=1),
            bank_account_id=policy.current().payer.ledger_id,
            amounts={enrolment.account_id: 1000 + number},
            reference=f"BJ{account_no}{number:04}",
            at=at,
        )


if __name__ == "__main__":
    pay_in(sys.argv[1], int(sys.argv[2]))
