"""A trace survives being kept as JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from anju.domain.trace import Trace, TraceRow

ROWS = st.builds(TraceRow, st.text(), st.text(), st.none() | st.integers())


@given(st.builds(Trace, st.text(), st.lists(ROWS).map(tuple), st.integers()))
def test_a_trace_comes_back_from_its_record(trace: Trace) -> None:
    record = json.loads(json.dumps(trace.as_record()))
    rows = tuple(TraceRow(**row) for row in record.pop("rows"))
    assert Trace(**record, rows=rows) == trace
