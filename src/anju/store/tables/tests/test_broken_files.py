"""Every broken or hostile file gets its own sentence, and none costs more than it may."""

import pytest

from anju.store.tables import apart, reading
from anju.store.tables.shapes import MIB, Ask, Column, Kind, Limits, TableRefused
from anju.store.tables.tests import broken

COLUMNS = (
    Column("name", "姓名"),
    Column("id_number", "证件号码", Kind.CODE),
    Column("phone", "手机号码", Kind.CODE),
    Column("base", "缴存基数（元）", Kind.MONEY),
    Column("month", "首次汇缴年月", Kind.MONTH),
)
LIMITS = Limits(bytes_max=5 * MIB, rows_max=20)
EVERY = broken.every()


def test_there_are_enough_of_them() -> None:
    assert len(EVERY) >= 60
    assert len({name for name, _, _ in EVERY}) == len(EVERY)


def _read(data: bytes, code: str) -> None:
    if code == "broken":  # here it would take this process along
        reading.read(data, columns=COLUMNS, limits=LIMITS)
    apart.read(data, Ask(COLUMNS, LIMITS))


@pytest.mark.parametrize(("name", "data", "code"), EVERY, ids=[name for name, _, _ in EVERY])
def test_a_broken_file_is_refused_for_what_is_wrong_with_it(
    name: str, data: bytes, code: str
) -> None:
    with pytest.raises(TableRefused) as refused:
        _read(data, code)
    assert refused.value.code == code
    assert len(refused.value.says) >= 8
    assert not refused.value.says.isascii()
