"""What counts as a reading, which of two wins, and what the lake does not know yet."""
import math
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import functions as F

from lake import readings
from lake.channel import Channel

TEMPERATURE = Channel.load("temperature")
DIAGNOSTICS = Channel.load("diagnostics")
ARRIVAL = "2024-06-01 12:00:00"
GOOD = {"timestamp": "2024-05-01 10:00:00", "room_id": "office", "temperature": "21.5"}


def judge(spark, rows, channel=TEMPERATURE):
    """Rows as the judge sees them, in the order given."""
    schema = ", ".join(f"`{name}` string" for name in channel.names)
    texts = spark.createDataFrame([tuple(row[name] for name in channel.names) for row in rows], schema)
    return [row.asDict() for row in readings.judged(texts, channel, ARRIVAL).collect()]


def faults(spark, changes, channel=TEMPERATURE, good=GOOD):
    return [row["fault"] for row in judge(spark, [{**good, **change} for change in changes], channel)]


def test_a_row_of_texts_becomes_a_typed_reading(spark):
    [row] = judge(spark, [GOOD])
    assert (row["timestamp"], row["room_id"], row["temperature"], row["fault"], row["origin"]) == (datetime(2024, 5, 1, 10), "office", 21.5, None, None)


def test_values_of_the_fields_own_types_are_judged_as_their_texts_are(spark):
    times = [None, datetime(1969, 12, 31, 23, 59, 59), datetime(1970, 1, 1), datetime(2024, 6, 2, 12), datetime(2024, 6, 2, 12, 0, 1), datetime(2024, 5, 1, 10, 0, 0, 120)]
    numbers = [None, float("nan"), float("inf"), float("-inf"), -0.0, -60.0, -60.01, 100.0, 100.00000000000001, 1e300, 5e-324, 21.5]
    rows = [(time, "a b", number) for time in times for number in numbers]
    typed = spark.createDataFrame(rows, "timestamp timestamp, room_id string, temperature double")
    texts = typed.select(*(typed[name].cast("string").alias(name) for name in TEMPERATURE.names))
    one, other = ([tuple(map(str, row)) for row in readings.judged(frame, TEMPERATURE, ARRIVAL).collect()] for frame in (typed, texts))
    assert one == other
    assert len([row for row in one if row[3] == "None"]) == 3 * 5


def test_minus_zero_is_zero(spark):
    [row] = judge(spark, [{**GOOD, "temperature": "-0.0"}])
    assert math.copysign(1, row["temperature"]) == 1


@pytest.mark.parametrize(("field", "told"), [
    ("temperature", {
        None: "is missing", "": "is not written as a number", "warm": "is not written as a number", "NaN": "is not written as a number",
        "Infinity": "is not written as a number", "0x10": "is not written as a number", "1,5": "is not written as a number", "21.5d": "is not written as a number",
        "1e400": "is beyond what a double holds", "100.1": "is above 100 °C", "-60.5": "is below -60 °C", "100": None, "-60": None, "2.15e1": None,
    }),
    ("timestamp", {
        None: "is missing", "yesterday": "is not written as YYYY-MM-DD HH:MM:SS", "2024-05-01": "is not written as YYYY-MM-DD HH:MM:SS",
        "2024-05-01T10:00:00": "is not written as YYYY-MM-DD HH:MM:SS", "2024-05-01 10:00:00+02": "is not written as YYYY-MM-DD HH:MM:SS",
        "2023-02-29 00:00:00": "is no time of the calendar", "2024-05-01 24:00:00": "is no time of the calendar", "2016-12-31 23:59:60": "is no time of the calendar",
        "1969-12-31 23:59:59": "is before 1970", "2024-06-02 12:00:01": "is more than a day after arrival", "2024-06-02 12:00:00": None,
        "2024-05-01 10:00:00.123456": None,
    }),
    ("room_id", {
        None: "is missing", "": "is empty", "x" * 65: "is longer than 64 characters", "x" * 64: None, "../x": r"has a part of a path (/, \ or ..)",
        "a\\b": r"has a part of a path (/, \ or ..)", "a\nb": "has a control character or a line break", "a\u0000": "has a control character or a line break",
        "of\u200bfice": "has an invisible character", " office": "begins or ends with a space", "bu\u0308ro": "has a letter with a separate accent",
        "büro": None, "🏠": None, "حجرة": None, "a'; drop table x;--": None, "=cmd|'C'": None,
    }),
])
def test_each_fault_is_told_by_its_field(spark, field, told):
    found = faults(spark, [{field: value} for value in told])
    assert found == [fault and f"{field} {fault}" for fault in told.values()]


def test_whole_numbers_stay_exact_and_within_their_type(spark):
    good = {"timestamp": "2024-05-01 10:00:00", "room_id": "a", "battery_v": "3.3", "rssi_dbm": "-70", "uptime_s": "9007199254740993", "firmware": "1.0"}
    assert judge(spark, [good], DIAGNOSTICS)[0]["uptime_s"] == 9007199254740993
    assert faults(spark, [{"uptime_s": "9223372036854775808", "rssi_dbm": "-3000000000"}, {"uptime_s": "1.0"}, {"rssi_dbm": "1"}], DIAGNOSTICS, good) == [
        "rssi_dbm is beyond what an int holds; uptime_s is beyond what a bigint holds", "uptime_s is not written as a whole number", "rssi_dbm is above 0 dBm"]


def test_all_faults_of_a_row_are_told_at_once(spark):
    assert faults(spark, [{"timestamp": "x", "room_id": None, "temperature": "y"}]) == [
        "timestamp is not written as YYYY-MM-DD HH:MM:SS; room_id is missing; temperature is not written as a number"]


numbers = st.one_of(
    st.floats().map(repr), st.floats().map(lambda value: f"{value:.3f}"), st.integers().map(str),
    st.text(alphabet="0123456789+-.eE dfNaInity", max_size=8), st.text(max_size=6))


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(numbers, min_size=60, max_size=120))
def test_a_number_is_one_where_python_reads_the_same_finite_value_in_range(spark, texts):
    for text, row in zip(texts, judge(spark, [{**GOOD, "temperature": text} for text in texts]), strict=True):
        if row["fault"] is None:
            assert -60 <= row["temperature"] <= 100 and row["temperature"] == float(text)
        else:
            written = readings_number(text)
            assert written is None or not -60 <= written <= 100, (text, row["fault"])


def readings_number(text):
    """What the text means as a plain decimal number, by Python; None when it is none."""
    if not text or not set(text) <= set("0123456789+-.eE"):
        return None
    try:
        return float(text)
    except ValueError:
        return None


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(times=st.lists(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2024, 6, 1)), min_size=60, max_size=120))
def test_every_time_of_the_calendar_comes_back_as_it_was_written(spark, times):
    written = [time.strftime("%Y-%m-%d %H:%M:%S") for time in times]
    rows = judge(spark, [{**GOOD, "timestamp": text} for text in written])
    assert [(row["fault"], str(row["timestamp"])) for row in rows] == [(None, text) for text in written]


def test_a_source_without_a_column_is_refused_and_names_it(spark):
    frame = spark.createDataFrame([("2024-05-01 10:00:00", 1.0)], "Timestamp string, temp double")
    with pytest.raises(readings.MissingColumns, match="exports has no column room_id, temperature; it has Timestamp, temp"):
        readings.of_channel(frame, TEMPERATURE, "exports")


def test_columns_are_matched_in_any_case_and_others_left_behind(spark):
    frame = spark.createDataFrame([(datetime(2024, 5, 1, 10), "a", 1.5, 9)], "Timestamp timestamp, ROOM_ID string, temperature double, extra int")
    assert readings.of_channel(frame, TEMPERATURE, "t").collect() == [(datetime(2024, 5, 1, 10), "a", 1.5)]


def raw(spark, rows):
    """(second, room, value, received second, source) as rows of the raw table."""
    frame = spark.createDataFrame(rows, "s int, room_id string, temperature double, r int, source string")
    return frame.select(F.timestamp_seconds("s").alias("timestamp"), "room_id", "temperature", F.lit(None).cast("string").alias("thing"),
                        F.timestamp_seconds("r").alias("received_at"), "source").coalesce(1)


def test_of_two_readings_of_one_time_the_later_arrival_wins(spark):
    rows = raw(spark, [(0, "a", 1.0, 10, "live"), (0, "a", 2.0, 20, "history"), (0, "b", 3.0, 5, "live"), (1, "a", 4.0, 1, "live")])
    kept = readings.latest(readings.conformed(rows, TEMPERATURE), TEMPERATURE)
    assert sorted((row["room_id"], row["temperature"]) for row in kept.collect()) == [("a", 2.0), ("a", 4.0), ("b", 3.0)]


def test_of_equal_arrivals_the_later_door_wins_and_then_the_later_line(spark):
    rows = raw(spark, [(0, "a", 1.0, 10, "live"), (0, "a", 2.0, 10, "external"), (1, "a", 3.0, 10, "history"), (1, "a", 4.0, 10, "history")])
    kept = readings.latest(readings.conformed(rows, TEMPERATURE), TEMPERATURE)
    assert sorted(row["temperature"] for row in kept.collect()) == [1.0, 4.0]


def test_only_rows_that_differ_are_changes_and_an_older_arrival_is_none(spark):
    known = raw(spark, [(0, "a", 1.0, 10, "live"), (1, "a", 2.0, 10, "live"), (2, "a", 3.0, 10, "live")])
    landed = raw(spark, [(0, "a", 1.0, 99, "history"), (1, "a", 2.5, 99, "external"), (2, "a", 3.5, 5, "live"), (3, "a", 4.0, 99, "live")])
    changes = readings.differing(landed, known, TEMPERATURE).collect()
    assert sorted((row["temperature"], row["_new"]) for row in changes) == [(2.5, False), (4.0, True)]


def test_a_row_with_an_empty_field_is_not_complete(spark):
    rows = readings.conformed(raw(spark, [(0, "a", 1.0, 1, "live"), (1, "a", None, 1, "live"), (2, None, 1.0, 1, "live")]), TEMPERATURE)
    assert rows.where(readings.complete(rows, TEMPERATURE)).count() == 1
