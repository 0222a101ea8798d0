"""What we know of the people of a roster: who they are, and what accounts they have."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from anju import ledger
from anju.business.contributions.models import Enrolment
from anju.business.contributions.rosters.columns import FIRST_MONTH, ID_NUMBER, NAME
from anju.business.contributions.rosters.rows import KNOWN, NEW, TRANSFER, Problem, Row
from anju.domain.contribution import month_words, parse_month
from anju.parties import known
from anju.parties.known import Known


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account that is not closed."""

    account_id: int
    employer_id: int | None
    state: str
    paid_through: date | None


def check(rows: Sequence[Row], *, employer_id: int) -> dict[int, tuple[Known, Account | None]]:
    """Write down what the books have against each row, and by which way it will be taken on.

    Rows whose number is wrong by itself are left as they are. Gives, by the file's row, the
    persons we know, each with the live account if there is one.
    """
    asked = [row for row in rows if row.id_number and not _about(row, ID_NUMBER)]
    found = known.known_people([(row.name, row.id_number) for row in asked])
    accounts = _live({each.person_id for each in found.values()})
    standing = {}
    for place, row in enumerate(asked):
        person = found.get(place)
        if person is None:
            row.way = NEW
            continue
        account = accounts.get(person.person_id)
        row.way = KNOWN if account is None else TRANSFER
        standing[row.number] = person, account
        if not person.same_name and not _about(row, NAME):
            says = "姓名与该证件号码已登记的姓名不一致，请核对姓名和证件号码"
            row.add(NAME, "name.other", says)
        if account is not None:
            problem = _account_problem(row, account, employer_id)
            if problem is not None:
                row.add(*problem)
    return standing


def _about(row: Row, column: str) -> bool:
    return bool(row.problems) and any(each[0] == column for each in row.problems)


def _account_problem(row: Row, account: Account, employer_id: int) -> Problem | None:
    if account.state == "closing":
        return "", "account.closing", "该职工的账户正在办理销户提取，办结后才能登记"
    if account.employer_id == employer_id:
        if account.state == "sealed":
            return "", "account.sealed_here", "该职工在本单位的账户已封存，请办理启封"
        return "", "account.here", "该职工已在本单位缴存，不用再次登记"
    if account.state != "sealed":
        says = "该职工在其他单位的账户尚未封存，请先由原单位封存，再转入本单位"
        return "", "account.elsewhere", says
    paid = account.paid_through
    told = row.month and not _about(row, FIRST_MONTH)
    if paid is not None and told and parse_month(row.month) <= paid:
        says = f"该职工已缴至 {month_words(paid)}，首次汇缴年月应晚于该月"
        return FIRST_MONTH, "first_month.paid", says
    return None


def _live(person_ids: set[int]) -> dict[int, Account]:
    """The accounts that are not closed, by person; at most one each."""
    by_person: dict[int, list[tuple[int, date | None]]] = defaultdict(list)
    rows = Enrolment.objects.filter(person_id__in=person_ids)
    for person_id, account_id, paid in rows.values_list("person_id", "account_id", "paid_through"):
        by_person[person_id].append((account_id, paid))
    ids = [account_id for each in by_person.values() for account_id, _ in each]
    states = {row.id: row for row in ledger.accounts(ids)} if ids else {}
    live = {}
    for person_id, each in by_person.items():
        for account_id, paid in each:
            row = states.get(account_id)
            if row is not None and row.state != "closed":
                live[person_id] = Account(account_id, row.employer_id, row.state, paid)
    return live
