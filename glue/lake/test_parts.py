"""A read cut into parts: whatever a column holds, each row is in exactly one of them."""
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lake.engine import Engine
from lake.parts import BadSplit, Column, bounds, conditions, next_bound

#: SQLite understands MySQL's quotes and LIMIT; numbers are written alike everywhere.
NUMBER = Column(Engine("mysql"), "id", "bigint", nulls=True)
FEW = st.one_of(st.none(), st.integers(-3, 3), st.integers(-10**12, 10**12))


def parted(values, rows, column=NUMBER, condition="kept = 1"):
    """Rows (numbered) of each part; rows with an even number are outside of the condition."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t (id INTEGER, row INTEGER, kept INTEGER)")
        database.executemany("INSERT INTO t VALUES (?, ?, ?)", [(value, at, at % 2) for at, value in enumerate(values)])

        def ask(after):
            found = database.execute(next_bound("t", column, condition, after, rows).replace("AS char(64)", "AS TEXT")).fetchone()
            return found and found[0]
        cuts = bounds(ask)
        return cuts, [[row for row, in database.execute(f"SELECT row FROM t WHERE {where}")] for where in conditions(column, condition, cuts)]


@settings(max_examples=200, deadline=None)
@given(values=st.lists(FEW, max_size=60), rows=st.integers(1, 20))
def test_every_row_is_in_exactly_one_part(values, rows):
    cuts, parts = parted(values, rows)
    assert sorted(row for part in parts for row in part) == list(range(1, len(values), 2))
    assert sorted(map(int, cuts)) == [int(cut) for cut in cuts] and len(set(cuts)) == len(cuts)


@settings(max_examples=100, deadline=None)
@given(values=st.lists(st.integers(), unique=True, max_size=80), rows=st.integers(1, 20))
def test_different_values_make_parts_of_the_size_that_is_set(values, rows):
    values = [value % 10**15 for value in values]
    values = list(dict.fromkeys(values))
    _, parts = parted(values, rows)
    sizes = [len(part) for part in parts]
    assert all(size == rows for size in sizes[:-1]) and sizes[-1] <= rows


@pytest.mark.parametrize(("values", "sizes"), [([], [0]), ([1, 1], [1]), ([5] * 20, [10, 0]), ([None] * 20, [10])])
def test_none_one_and_equal_values(values, sizes):
    assert [len(part) for part in parted(values, 4)[1]] == sizes


def test_a_bound_that_is_not_all_of_its_value_ends_the_cutting():
    answers = iter(["1.5", "1.5"])
    assert bounds(lambda _: next(answers)) == ["1.5"]


def test_only_an_order_that_can_be_written_is_cut_by():
    with pytest.raises(BadSplit, match="split column room_id is of type string; set a column of numbers or times"):
        Column(Engine("h2"), "room_id", "string")


def test_a_watermark_is_never_asked_for_rows_without_one():
    column = Column(Engine("h2"), "m", "timestamp")
    assert "NULL" not in " ".join(conditions(column, "1 = 1", ["2024-01-01", "2024-01-02"]))
