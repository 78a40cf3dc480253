"""Rows of files as Spark reads them."""
import csv
import io

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lake.export_rows import rows
from lake.exports import listed
from lake.inspection import inspected
from lake.layouts import Limits, layout_of
from lake.readings import BYTES, UNREAD

LIMITS = Limits(unpacked=1 << 24, line=1 << 22)
#: Any character that stands in a line.
cell = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00"), max_size=8)


def read(spark, folder, name: str, content: bytes, names: list[str]) -> list:
    (folder / name).write_bytes(content)
    [export] = [each for each in listed(f"file://{folder}") if each.name == name]
    return rows(spark, {layout_of([content], names, LIMITS, True): [export]}, names, LIMITS).collect()


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=150), st.sampled_from(",;\t|"), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_lines_that_a_writer_of_csv_wrote_are_read_as_they_were(spark, tmp_path_factory, cells, delimiter, quoted, end):
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator=end)
    writer.writerows([("a", "b", "c"), *cells])
    content = written.getvalue().encode()
    found = read(spark, tmp_path_factory.mktemp("csv"), "x.csv", content, ["c", "a"])
    lines = [line for line in content.split(b"\n")[1:] if line.strip()]
    assert [bytes(row[BYTES]) for row in found] == lines
    expected = [tuple(text or None for text in (row[2], row[0])) for row, line in zip(cells, content.split(b"\n")[1:], strict=False) if line.strip()]
    assert [(row.c, row.a, row[UNREAD]) for row in found] == [(*texts, None) for texts in expected]


@pytest.mark.parametrize(("line", "unread"), [
    (b"1,2", "row has not the 3 fields of the header"), (b"1,2,3,4", "row has not the 3 fields of the header"), (b'1,"2,3', "row has not the 3 fields of the header"),
    (b"," * 30_000, "row has not the 3 fields of the header"), (b"x" * 1_100_000, "row is longer than 1048576 bytes"), (b"\xff,2,3", "row is no valid UTF-8"),
    (b"\x00,2", "row has not the 3 fields of the header"),
])
def test_a_line_that_is_no_row_keeps_its_bytes_and_its_neighbours(spark, tmp_path, line, unread):
    found = read(spark, tmp_path, "x [1]{a,b}?*.csv", b"a,b,c\n1,2,3\n" + line + b"\n4,5,6\n", ["a", "b", "c"])
    assert [(bytes(row[BYTES]), row[UNREAD]) for row in found] == [(b"1,2,3", None), (line, unread), (b"4,5,6", None)]


def test_times_of_nanoseconds_are_read_to_the_microsecond(spark, tmp_path):
    duckdb.sql(f"COPY (SELECT TIMESTAMP_NS '2024-05-01 10:00:00.123456789' AS t, 'a' AS room) TO '{tmp_path}/x.parquet' (FORMAT parquet)")
    inspection = inspected(spark, listed(f"file://{tmp_path}"), ["t", "room"], LIMITS)
    assert [(row.t, row.room) for row in rows(spark, inspection.files, ["t", "room"], LIMITS).collect()] == [("2024-05-01 10:00:00.123456", "a")]
