"""What is kept of a row that is no reading is what it was read from, whatever is in it."""
import base64
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lake import refusals
from lake.channel import Channel

CHANNEL = Channel.load("temperature")
TEXT = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=100), st.sampled_from(["", "-", "=", "a\tb", "a b", "\r\n", "x" * 200]))


def lines(spark, rows, schema, whole=None):
    frame = spark.createDataFrame(rows, schema)
    things = frame.select(refusals.staged(refusals.origin(CHANNEL, whole and frame[whole]), frame["reason"]).alias("thing"))
    return [json.loads(row.line) for row in refusals.told(things, CHANNEL, "external", "2024-06-01 12:00:00").collect()]


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(TEXT, TEXT, TEXT, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)), min_size=20, max_size=60))
def test_values_come_back_as_they_were(spark, rows):
    found = lines(spark, rows, "timestamp string, room_id string, temperature string, reason string")
    assert [tuple(json.loads(base64.b64decode(line["payload"], validate=True)).values()) for line in found] == [row[:3] for row in rows]
    assert [line["reason"] for line in found] == [row[3] for row in rows]
    assert {tuple(line.items())[2:] for line in found} == {
        (("thing", None), ("received_at", "2024-06-01T12:00:00.000Z"), ("channel", "temperature"), ("source", "external"))}


def test_the_bytes_of_a_row_come_back_as_they_were(spark):
    rows = [("a", "b", "c", "r", bytearray(range(256))), ("a", "b", "c", "r", bytearray()), ("a", "b", None, "r", None)]
    found = lines(spark, rows, "timestamp string, room_id string, temperature string, reason string, raw binary", "raw")
    assert [base64.b64decode(line["payload"], validate=True) for line in found] == [bytes(range(256)), b"", b'{"timestamp":"a","room_id":"b","temperature":null}']
