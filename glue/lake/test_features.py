"""Training features on Spark: aligned, in order, one file a room, and nothing rewritten that did not change."""
import csv
from datetime import datetime, timedelta
from urllib.parse import unquote

from lake.channel import Channel
from lake.features import shingles, write_training

CHANNEL = Channel.load("temperature")
START = datetime(2013, 7, 4)


def readings(spark, rooms):
    """{room: values} as hourly readings, handed over in the wrong order."""
    rows = [(START + timedelta(hours=hour), room, value) for room, values in rooms.items() for hour, value in enumerate(values)]
    return spark.createDataFrame(rows[::-1], "timestamp timestamp_ntz, room_id string, temperature double").repartition(3)


def written(room_uri):
    with open(room_uri.removeprefix("file://"), newline="") as file:
        return list(csv.reader(file))


def write(root, curated):
    return {one["room_id"]: one for one in write_training(curated, CHANNEL, f"file://{root}", 3)}


def files(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.csv"))


def test_a_record_is_the_last_n_readings_of_one_room_in_order_of_time(spark):
    rows = shingles(readings(spark, {"a": [1.0, 2.5, 3.0, 4.0], "b": [9.0, 8.0, None, 7.0], "c": [5.0]}), CHANNEL, 3)
    found = {(row["room_id"], row["features"], row["index"]) for row in rows.collect()}
    assert found == {
        ("a", "1.0,2.5,3.0", "2013-07-04 02:00:00,3.0"),
        ("a", "2.5,3.0,4.0", "2013-07-04 03:00:00,4.0"),
        ("b", "9.0,8.0,7.0", "2013-07-04 03:00:00,7.0"),
    }


def test_each_room_gets_one_file_a_kind_whose_lines_belong_together(spark, tmp_path):
    values = [float(hour * hour % 17) for hour in range(400)]
    said = write(tmp_path, readings(spark, {"office": values, "lab": values[::-1]}))
    for room, series in (("office", values), ("lab", values[::-1])):
        features, index = (written(said[room][f"{kind}_uri"]) for kind in ("training", "index"))
        assert [[float(cell) for cell in line] for line in features] == [series[at - 2:at + 1] for at in range(2, 400)]
        assert [(line[0], float(line[1])) for line in index] == [
            ((START + timedelta(hours=at)).strftime("%Y-%m-%d %H:%M:%S"), series[at]) for at in range(2, 400)]
    assert len(files(tmp_path)) == 4
    assert not (tmp_path / "training" / "_staging" / "temperature").exists()


def test_only_a_room_that_changed_is_written_again(spark, tmp_path):
    before = write(tmp_path, readings(spark, {"a": [1.0, 2.0, 3.0, 4.0], "b": [1.0, 2.0, 3.0, 4.0]}))
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.csv")}
    same = write(tmp_path, readings(spark, {"a": [1.0, 2.0, 3.0, 4.0], "b": [1.0, 2.0, 3.0, 4.0]}))
    assert [one["changed"] for one in same.values()] == [False, False]
    after = write(tmp_path, readings(spark, {"a": [1.0, 2.0, 3.0, 4.0], "b": [1.0, 2.0, 3.0, 5.0]}))
    assert {room: one["changed"] for room, one in after.items()} == {"a": False, "b": True}
    assert before["b"]["training_uri"] != after["b"]["training_uri"]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.csv") if "room_id=a" in str(path)} == {
        path: stamp for path, stamp in stamps.items() if "room_id=a" in str(path)}
    assert len(files(tmp_path)) == 4


def test_any_room_name_stays_in_its_folder_and_comes_back_from_it(spark, tmp_path):
    rooms = ["../up", "a/b=c", "Küche 7", "x%2Fy", ".."]
    write(tmp_path, readings(spark, {room: [1.0, 2.0, 3.0, 4.0] for room in rooms}))
    places = [path.split("/") for path in files(tmp_path)]
    assert {len(place) for place in places} == {4}
    assert sorted(unquote(folder.removeprefix("room_id=")) for kind, _, folder, _ in places if kind == "index") == sorted(rooms)


def test_a_room_that_no_forest_can_learn_from_is_left_out_with_the_reason(spark, tmp_path):
    said = write(tmp_path, readings(spark, {"short": [1.0, 2.0], "stuck": [21.0] * 9, "fine": [1.0, 2.0, 3.0, 4.0]}))
    assert {room: one.get("skipped") for room, one in said.items()} == {
        "short": "fewer readings than a record needs", "stuck": "every record is the same", "fine": None}
    assert said["stuck"]["rows"] == 0
    assert {path.split("/")[2] for path in files(tmp_path)} == {"room_id=fine"}
