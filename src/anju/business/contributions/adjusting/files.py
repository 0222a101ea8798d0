"""New bases by file: a template that holds everybody with his base, and what comes back."""

from typing import Final

from anju.business.contributions.models import BaseAdjustment
from anju.domain.money import yuan
from anju.parties import facts as parties
from anju.store.tables import reading, writing
from anju.store.tables.shapes import Column, Kind, Limits

NUMBER: Final = "account_no"
NAME: Final = "name"
NEW: Final = "new_base"
COLUMNS: Final = (
    Column(NUMBER, "个人账号", Kind.CODE),
    Column(NAME, "姓名", also=("职工姓名",)),
    Column("old_base", "现缴存基数（元）", Kind.MONEY, required=False, also=("原缴存基数",)),
    Column(NEW, "新缴存基数（元）", Kind.MONEY, also=("缴存基数", "调整后缴存基数")),
)
_SAYS: Final = (
    "每行一名职工，已列出全部在缴职工；请只填写“新缴存基数（元）”一列。",
    "新缴存基数：职工上一年度月平均工资，最多两位小数。",
    "不要合并单元格，不要使用公式。",
)


def template(draft: BaseAdjustment, kind: str) -> tuple[str, bytes]:
    """The name and bytes of a draft's people with their bases, as "xlsx" or "csv"."""
    found = draft.lines.order_by("enrolment__account_no").values_list(
        "enrolment__account_no", "enrolment__person_id", "old_base_fen", "new_base_fen"
    )
    names = parties.full_names(person for _no, person, *_ in found)
    rows = [[number, names[person], _yuan(old), _yuan(new)] for number, person, old, new in found]
    name = f"基数调整{draft.effective_month:%Y%m}"
    if kind == "csv":
        heads = [column.heading for column in COLUMNS]
        return f"{name}.csv", writing.delimited([heads, *rows])
    return f"{name}.xlsx", writing.template(COLUMNS, name="基数调整", says=_SAYS, rows=rows)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else yuan(fen).replace(",", "")


def judged(
    draft: BaseAdjustment, content: bytes, limits: Limits
) -> tuple[dict[str, int | None], dict[int, str]]:
    """New bases in fen by account number, and by row what is wrong with those that nobody could be
    found for or that cannot be read.

    Raises TableRefused for a file that cannot be read.
    """
    table = reading.read(
        content, columns=COLUMNS, limits=limits, passed_over=(writing.EXPLAINED_ON,)
    )
    wrong: dict[int, str] = {}
    for problem in table.problems:
        if problem.column in ("", NUMBER, NAME, NEW):
            wrong.setdefault(problem.row, problem.says)
    people = dict(draft.lines.values_list("enrolment__account_no", "enrolment__person_id"))
    names = parties.full_names(people.values())
    given: dict[str, int | None] = {}
    cells = table.cells
    for row, account_no, name, new in zip(
        table.rows, cells[NUMBER], cells[NAME], cells[NEW], strict=True
    ):
        if row in wrong:
            continue
        if account_no not in people:
            wrong[row] = f"个人账号 {account_no or '（空）'} 不是本单位在缴、待调整的职工"
        elif "".join(name.split()) != names[people[account_no]]:
            wrong[row] = f"个人账号 {account_no} 的姓名与登记的不一致"
        elif account_no in given:
            wrong[row] = f"个人账号 {account_no} 在前面的行里已经填写过"
        else:
            given[account_no] = new
    return given, wrong
