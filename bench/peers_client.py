"""Run by bench.peers in a process of its own: vouchers of twenty by other ledgers for Django.

Each is driven through its own public way of writing a transaction, at its defaults, on a database
of its own in the same server. Prints one JSON line: seconds by name.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

MEMBERS = 200
AMOUNT = Decimal("1000.00")
APPS = (
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "mptt", "hordak", "django_ledger",
)  # fmt: skip


def main() -> None:
    """Work what the one argument says."""
    spec: dict[str, Any] = json.loads(sys.argv[1])
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **spec["database"]}},
        INSTALLED_APPS=APPS, USE_TZ=True, SECRET_KEY="bench", DEFAULT_CURRENCY="CNY",
        HORDAK_INTERNAL_CURRENCY="CNY", CURRENCIES=["CNY"], HORDAK_CURRENCIES=["CNY"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", ROOT_URLCONF="django_ledger.urls",
    )  # fmt: skip
    django.setup()
    call_command("migrate", verbosity=0)
    makers = {"django-hordak": _hordak, "django-ledger": _django_ledger}
    found = {}
    for name, maker in makers.items():
        write = maker(spec["staff"])
        write(0)
        began = time.perf_counter()
        for number in range(1, spec["vouchers"] + 1):
            write(number)
        found[name] = time.perf_counter() - began
    print(json.dumps(found))


def _hordak(staff: int) -> Callable[[int], None]:
    """A transaction with a leg to the bank and one for each member, written in bulk."""
    from django.db import transaction
    from hordak.models import Account, AccountType, Leg, Transaction
    from moneyed import Money

    bank = Account.objects.create(
        name="bank", code="1", type=AccountType.asset, currencies=["CNY"], is_bank_account=True
    )
    members = [
        Account.objects.create(
            name=f"member {n}", code=f"{n + 10}", type=AccountType.liability, currencies=["CNY"]
        )
        for n in range(MEMBERS)
    ]

    def write(number: int) -> None:
        with transaction.atomic():
            head = Transaction.objects.create(description="remittance")
            first = number * staff % (MEMBERS - staff + 1)
            legs = [Leg(transaction=head, account=bank, debit=Money(AMOUNT * staff, "CNY"))]
            legs += [
                Leg(transaction=head, account=each, credit=Money(AMOUNT, "CNY"))
                for each in members[first : first + staff]
            ]
            Leg.objects.bulk_create(legs)

    return write


def _django_ledger(staff: int) -> Callable[[int], None]:
    """A posted journal entry with a line for the bank and one for each member."""
    from django.contrib.auth import get_user_model
    from django_ledger.io import roles
    from django_ledger.models import EntityModel

    admin = get_user_model().objects.create_user("bench")
    entity = EntityModel.create_entity(
        name="bench", use_accrual_method=True, admin=admin, fy_start_month=1
    )
    chart = entity.create_chart_of_accounts(assign_as_default=True, commit=True)

    def account(code: int, role: str, side: str) -> Any:
        return entity.create_account(
            code=f"{code}", role=role, name=f"account {code}", balance_type=side, active=True,
            coa_model=chart,
        )  # fmt: skip

    bank = account(1010, roles.ASSET_CA_CASH, "debit")
    members = [account(20000 + n, roles.LIABILITY_CL_OTHER, "credit") for n in range(MEMBERS)]
    ledger = entity.create_ledger(name="members", posted=True)

    def write(number: int) -> None:
        first = number * staff % (MEMBERS - staff + 1)
        lines = [{"account": bank, "amount": AMOUNT * staff, "tx_type": "debit"}]
        lines += [
            {"account": each, "amount": AMOUNT, "tx_type": "credit"}
            for each in members[first : first + staff]
        ]
        for line in lines:
            line["description"] = "remittance"
        entity.commit_txs(
            je_timestamp=datetime(2026, 11, 20, tzinfo=UTC), je_txs=lines, je_posted=True,
            je_ledger_model=ledger, je_desc=f"remittance {number}",
        )  # fmt: skip

    return write


if __name__ == "__main__":
    main()
