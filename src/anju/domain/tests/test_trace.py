"""A trace survives being kept as JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.domain.trace import Trace, TraceRow

ROWS = st.builds(TraceRow, st.text(), st.text(), st.none() | st.integers())


@given(st.builds(Trace, st.text(), st.lists(ROWS).map(tuple), st.integers()))
def test_a_trace_comes_back_from_its_record(trace: Trace) -> None:
    assert Trace.from_record(json.loads(json.dumps(trace.as_record()))) == trace


def test_a_record_that_lacks_a_part_is_refused() -> None:
    with pytest.raises(KeyError):
        Trace.from_record({"title": "", "rows": [{"label": ""}], "total_fen": 0})
