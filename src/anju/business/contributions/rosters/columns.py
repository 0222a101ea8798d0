"""The columns of a roster, and the template that has them."""

from typing import Final

from anju.store.tables import writing
from anju.store.tables.shapes import Column, Kind

NAME: Final = "name"
ID_NUMBER: Final = "id_number"
PHONE: Final = "phone"
BASE: Final = "base"
FIRST_MONTH: Final = "first_month"

COLUMNS: Final = (
    Column(NAME, "姓名", also=("职工姓名",)),
    Column(ID_NUMBER, "证件号码", Kind.CODE, also=("身份证号码", "身份证号", "公民身份号码")),
    Column(PHONE, "手机号码", Kind.CODE, also=("手机号", "移动电话")),
    Column(BASE, "缴存基数（元）", Kind.MONEY, also=("月缴存基数",)),
    Column(FIRST_MONTH, "首次汇缴年月", Kind.MONTH, also=("起缴年月",)),
)
HEADINGS: Final = {column.code: column.heading for column in COLUMNS}
KINDS: Final = {column.code: column.kind for column in COLUMNS}

_SHEET: Final = "人员名册"
_SAYS: Final = (
    "每行填写一名职工，从第 2 行起；不要合并单元格，不要使用公式。",
    "姓名：与身份证一致。",
    "证件号码：18 位身份证号码；本列已设为文本格式，请勿改为数字，否则后几位会丢失。",
    "手机号码：职工本人的 11 位手机号码。",
    "缴存基数（元）：上一年度月平均工资，最多两位小数；低于下限或高于上限的按限额计算。",
    "首次汇缴年月：如 2026-12，不早于本单位的首次汇缴年月。",
)


def template(kind: str) -> tuple[str, bytes]:
    """The name and bytes of an empty roster, as "xlsx" or "csv"."""
    if kind == "csv":
        return "人员名册.csv", writing.delimited([[column.heading for column in COLUMNS]])
    return "人员名册.xlsx", writing.template(COLUMNS, name=_SHEET, says=_SAYS)
