"""Raw zone, curated table and reports, on folders instead of buckets."""
import base64
import json
from datetime import datetime

import pytest

from lake import raw, readings, reports, tables, training
from lake.channel import Channel
from lake.store import at, read_json, write_json

CHANNEL = Channel.load("temperature")
LANDING = "2024-06-01 12:00:00"


def landed(spark, rows):
    """(timestamp, room_id, temperature, received_at, source) as rows that latest() gives."""
    schema = "timestamp timestamp_ntz, room_id string, temperature double, thing string, received_at timestamp_ntz, source string"
    return spark.createDataFrame([(datetime.fromisoformat(t), room, value, "t", datetime.fromisoformat(r), source) for t, room, value, r, source in rows], schema)


def test_readings_land_as_parquet_and_the_rest_is_kept_with_its_reason(spark, tmp_path):
    texts = spark.createDataFrame([("2024-05-01 10:00:00", "büro", "21.5", "x"), ("2024-05-01 10:00:00", "../up", "n/a", "x")],
                                  "timestamp string, room_id string, temperature string, extra string")
    counts = raw.land(texts, CHANNEL, raw.Landing(f"file://{tmp_path}", "history", LANDING), "exports")
    reason = r"room_id has a part of a path (/, \ or ..); temperature is not written as a number"
    assert counts == {"read": 2, "written": 1, "rejected": {reason: 1}}
    found = spark.read.parquet(f"file://{tmp_path}/temperatures/source=history")
    assert found.columns == ["timestamp", "room_id", "temperature", "thing", "received_at", "day"]
    assert [(str(row.timestamp), row.room_id, row.temperature, row.thing, str(row.received_at), str(row.day)) for row in found.collect()] == [
        ("2024-05-01 10:00:00", "büro", 21.5, None, LANDING, "2024-06-01")]
    [file] = (tmp_path / "rejected/temperature/source=history/day=2024-06-01").glob("exports-*.json")
    line = json.loads(file.read_text())
    assert json.loads(base64.b64decode(line.pop("payload"))) == {"timestamp": "2024-05-01 10:00:00", "room_id": "../up", "temperature": "n/a"}
    assert line == {"reason": reason, "thing": None, "received_at": "2024-06-01T12:00:00.000Z", "channel": "temperature", "source": "history"}
    assert not list(tmp_path.rglob("_*"))


@pytest.mark.parametrize("partition_by", ["day", "month"])
def test_a_merge_inserts_and_updates_in_one_commit_and_keeps_the_rest(spark, partition_by):
    name = f"glue_catalog.lake_{partition_by}.temperatures"
    tables.create_if_missing(spark, name, CHANNEL, partition_by)
    assert tables.snapshot(spark, name) is None
    span = ("2024-01-01 00:00:00", "2024-02-03 00:00:00")
    first = landed(spark, [("2024-01-01T00:00", "a", 1.0, "2024-06-01", "live"), ("2024-02-02T00:00", "a", 2.0, "2024-06-01", "live")])
    tables.merge(spark, name, first, CHANNEL, span)
    second = landed(spark, [("2024-02-02T00:00", "a", 2.5, "2024-06-02", "history"), ("2024-02-03T00:00", "b", 3.0, "2024-06-02", "history")])
    tables.merge(spark, name, readings.differing(second, tables.between(spark.table(name), CHANNEL, *span), CHANNEL).drop("_new"), CHANNEL, span)
    assert [(str(row.timestamp), row.room_id, row.temperature, row.source) for row in spark.table(name).orderBy("timestamp").collect()] == [
        ("2024-01-01 00:00:00", "a", 1.0, "live"), ("2024-02-02 00:00:00", "a", 2.5, "history"), ("2024-02-03 00:00:00", "b", 3.0, "history")]
    assert spark.table(f"{name}.snapshots").count() == 2
    assert readings.differing(second, spark.table(name), CHANNEL).count() == 0


def test_a_merge_is_tried_again_when_another_writer_was_faster_and_only_then(monkeypatch):
    class Spark:
        def __init__(self, *faults):
            self.faults = list(faults)

        def sql(self, _):
            if self.faults:
                raise self.faults.pop(0)

    class Changes:
        def createOrReplaceTempView(self, _):
            pass

    monkeypatch.setattr(tables.time, "sleep", lambda _: None)
    conflict = RuntimeError("org.apache.iceberg.exceptions.ValidationException: Found conflicting files")
    tables.merge(Spark(conflict, conflict), "t", Changes(), CHANNEL, (1, 2))
    with pytest.raises(ValueError, match="broken"):
        tables.merge(Spark(ValueError("broken"), conflict), "t", Changes(), CHANNEL, (1, 2))
    with pytest.raises(RuntimeError, match="conflicting"):
        tables.merge(Spark(*[conflict] * 5), "t", Changes(), CHANNEL, (1, 2))


def test_training_files_follow_the_version_of_the_table(spark, tmp_path, monkeypatch):
    asked = []

    def write_training(curated, channel, lake_bucket, shingle):
        rooms = sorted(row[0] for row in curated.select("room_id").distinct().collect())
        asked.append(rooms)
        return [{"room_id": room, "rows": 1, "changed": True} for room in rooms]

    monkeypatch.setattr(training, "write_training", write_training)
    name, bucket = "glue_catalog.lake_training.temperatures", f"file://{tmp_path}"
    tables.create_if_missing(spark, name, CHANNEL, "day")

    def refreshed(before, touched):
        return {room["room_id"]: room["changed"] for room in training.refreshed(spark, CHANNEL, name, bucket, 24, before, touched)}

    assert refreshed(None, []) == {}
    spark.sql(f"INSERT INTO {name} VALUES (TIMESTAMP_NTZ '2024-01-01 00:00:00', 'a', 1, NULL, NULL, 'live'), (TIMESTAMP_NTZ '2024-01-01 00:00:00', 'b', 1, NULL, NULL, 'live')")
    assert refreshed(None, ["a", "b"]) == {"a": True, "b": True}
    first = tables.snapshot(spark, name)
    assert refreshed(first, []) == {"a": False, "b": False}
    spark.sql(f"INSERT INTO {name} VALUES (TIMESTAMP_NTZ '2024-01-02 00:00:00', 'a', 1, NULL, NULL, 'live')")
    assert refreshed(first, ["a"]) == {"a": True, "b": False}
    # A run that changed the table and ended before its files were made.
    spark.sql(f"INSERT INTO {name} VALUES (TIMESTAMP_NTZ '2024-01-03 00:00:00', 'b', 1, NULL, NULL, 'live')")
    assert refreshed(tables.snapshot(spark, name), []) == {"a": True, "b": True}
    assert asked == [["a", "b"], ["a"], ["a", "b"]]


def test_a_report_sums_what_was_done_to_each_part():
    parts = {"a": {"read": 3, "written": 2, "rejected": {"x": 1}}, "b": {"read": 5, "written": 3, "rejected": {"x": 1, "w": 1}}}
    assert reports.report("import_s3", "r1", parts, rooms=[]) == {
        "job": "import_s3", "run_id": "r1", "read": 8, "written": 5, "duplicates": 0, "rejected": {"w": 1, "x": 2}, "parts": parts, "rooms": []}


def test_a_document_comes_back_and_what_is_not_there_is_none(spark, tmp_path):
    place = at(f"file://{tmp_path}", "state", "a.json")
    assert read_json(spark, place) is None
    for document in ({"room": "büro 🏠"}, {"n": 2}):
        write_json(spark, place, document)
        assert read_json(spark, place) == document
    assert at("lake", "runs", "r1") == "s3://lake/runs/r1"
