"""import_s3: files of every kind, good and bad side by side, on folders instead of buckets."""
import base64
import gzip
import importlib.util
import json
import os
from pathlib import Path

import pytest
from lake.channel import Channel
from lake.layouts import Limits
from lake.raw import Landing

CHANNEL = Channel.load("temperature")
HEADER = "timestamp,room_id,temperature\n"
LIMITS = Limits(unpacked=1 << 20, line=1 << 18)


def load_job():
    spec = importlib.util.spec_from_file_location("import_s3", Path(__file__).with_name("import_s3.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Door:
    """A folder of exports and a lake; each run is one more of the job."""

    def __init__(self, spark, root: Path) -> None:
        self.spark, self.root, self.job, self.runs = spark, root, load_job(), 0
        (root / "in").mkdir()

    def put(self, name: str, content: bytes | str) -> bytes:
        data = content.encode() if isinstance(content, str) else content
        path = self.root / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return data

    def run(self, limits: Limits = LIMITS) -> dict:
        self.runs += 1
        landing = Landing(f"file://{self.root}/raw", "history", f"2024-06-01 12:00:0{self.runs}")
        return self.job.imported(self.spark, CHANNEL, f"file://{self.root}/in/", landing, f"file://{self.root}/state.json", limits)

    def landed(self) -> list[tuple]:
        rows = self.spark.read.parquet(f"file://{self.root}/raw/temperatures/source=history").collect()
        return sorted((str(row.timestamp), row.room_id, row.temperature) for row in rows)

    def rejected(self) -> list[dict]:
        files = (self.root / "raw/rejected").rglob("*.json")
        return [json.loads(line) for file in sorted(files) for line in file.read_text().splitlines()]


@pytest.fixture
def door(spark, tmp_path):
    return Door(spark, tmp_path)


def parquet(door, rows: str, *columns: str) -> bytes:
    door.spark.sql(f"SELECT * FROM VALUES {rows} AS t({', '.join(columns or CHANNEL.names)})").coalesce(1).write.mode("overwrite").parquet(f"file://{door.root}/made")
    [file] = (door.root / "made").glob("*.parquet")
    return file.read_bytes()


def test_every_kind_of_file_is_read_and_what_is_no_reading_is_kept_with_its_exact_bytes(door):
    door.put("a.csv", f"{HEADER}2024-05-01 10:00:00,a,1.5\n".encode() + b"2024-05-01 11:00:00,caf\xe9,2\nshort,line\n\n2024-05-01 12:00:00,\"a,b\",3\n")
    door.put("deep/b.CSV", "\ufeffRoom_ID;extra;Temperature;timestamp\r\nb;x;2.5;2024-05-01 10:00:00\r\nb;x;warm;2024-05-01 11:00:00\r\n")
    door.put("c.csv.gz", gzip.compress(f"{HEADER}2024-05-01 10:00:00,c,3.5\n".encode()) + gzip.compress(b"2024-05-01 11:00:00,c,4.5\n"))
    door.put("d.json", '{"timestamp":"2024-05-01 10:00:00","room_id":"d","Temperature":21.50}\n{"room_id":"d"} {"room_id":"d"}\n{"timestamp":"2024-05-01 10:00:00","room_id":"d"')
    door.put("e.json", '[\n {"timestamp": "2024-05-01 10:00:00",\n  "room_id": "e", "temperature": 1e1},\n {"room_id": "e",\n "room_id": "f"}, 7\n]\n')
    door.put("f.parquet", parquet(door, "(timestamp'2024-05-01 10:00:00', 'f', 6.5D), (null, 'f', 7D)"))
    door.put("_hidden.csv", "x")
    counts = door.run()
    assert door.landed() == [
        ("2024-05-01 10:00:00", "a", 1.5), ("2024-05-01 10:00:00", "b", 2.5), ("2024-05-01 10:00:00", "c", 3.5), ("2024-05-01 10:00:00", "d", 21.5),
        ("2024-05-01 10:00:00", "e", 10.0), ("2024-05-01 10:00:00", "f", 6.5), ("2024-05-01 11:00:00", "c", 4.5), ("2024-05-01 12:00:00", "a,b", 3.0)]
    assert sorted((line["reason"], base64.b64decode(line["payload"])) for line in door.rejected()) == [
        ("room_id stands more than once", b'{"room_id": "e",\n "room_id": "f"}'),
        ("row has not the 3 fields of the header", b"short,line"),
        ("row is no JSON", b'{"room_id":"d"} {"room_id":"d"}'),
        ("row is no JSON", b'{"timestamp":"2024-05-01 10:00:00","room_id":"d"'),
        ("row is no JSON object", b"7"),
        ("row is no valid UTF-8", b"2024-05-01 11:00:00,caf\xe9,2"),
        ("temperature is not written as a number", b"b;x;warm;2024-05-01 11:00:00\r"),
        ("timestamp is missing", b'{"timestamp":null,"room_id":"f","temperature":"7.0"}')]
    assert (counts["read"], counts["written"], sum(counts["rejected"].values())) == (16, 8, 8)
    assert counts["files"] == {"new": 6, "changed": 0, "unchanged": 0, "taken": 6, "set_aside": 0, "lost": 0}


def test_a_file_that_can_not_be_read_is_kept_as_it_came_and_its_neighbours_are_taken(door):
    good = parquet(door, "(timestamp'2024-05-01 10:00:00', 'p', 1D)")
    text = f"{HEADER}2024-05-01 10:00:00,x,1\n".encode()
    broken = bytearray(good)
    broken[4:40] = b"\xff" * 36
    bad = {
        "cut.parquet": (good[:-20], "file is no whole Parquet file"),
        "pages.parquet": (bytes(broken), "file is no whole Parquet file"),
        "other.parquet": (parquet(door, "('p', 1D)", "room_id", "temperature"), "file has no column timestamp"),
        "cut.csv.gz": (gzip.compress(text * 1000)[:-9], "file is a gzip that ends early"),
        "flipped.csv.gz": (gzip.compress(text)[:12] + b"\x00\x01" + gzip.compress(text)[14:], "file is a broken gzip"),
        "bomb.csv.gz": (gzip.compress(HEADER.encode() + b"\n" * (2 << 20)), "file unpacks to more than 1048576 bytes"),
        "plain.csv.gz": (text, "file is named .gz and is no gzip"),
        "zipped.csv": (gzip.compress(text), "file is gzip and not named .gz"),
        "a.csv.bz2": (b"BZh91AY", "file is compressed as .bz2; only gzip is read"),
        "wide.csv": (text.decode().encode("utf-16"), "file is UTF-16, not UTF-8"),
        "binary.csv": (b"\x7fELF\x00\x01", "file is binary, no text"),
        "latin.csv": ("zeit,räum\n".encode("latin-1"), "file has a header that is no valid UTF-8"),
        "headless.csv": (b"2024-05-01 10:00:00,x,1\n", "file has no header with timestamp, room_id, temperature"),
        "mac.csv": (text.replace(b"\n", b"\r"), "file ends its lines by CR alone"),
        "twice.csv": (b"timestamp,room_id,temperature,room_id\n", "file has the column room_id twice in its header"),
        "cut.json": (b'[{"timestamp":"2024-05-01 10:00:00"},{"x":', "file is JSON that ends early"),
        "long.csv.gz": (gzip.compress(HEADER.encode() + b"x" * 300_000), "file has a line of more than 262144 bytes"),
    }
    for name, (content, _) in bad.items():
        door.put(name, content)
    door.put("good.csv", text)
    door.put("good.parquet", good)
    counts = door.run()
    assert door.landed() == [("2024-05-01 10:00:00", "p", 1.0), ("2024-05-01 10:00:00", "x", 1.0)]
    told = {Path(line["file"]["uri"]).name: line for line in door.rejected()}
    assert {name: line["reason"] for name, line in told.items()} == {name: reason for name, (_, reason) in bad.items()}
    for name, (content, _) in bad.items():
        assert Path(told[name]["file"]["kept"].removeprefix("file://")).read_bytes() == content
        assert told[name]["file"]["bytes"] == len(content)
    assert (counts["read"], counts["written"], sum(counts["rejected"].values()), counts["files"]["set_aside"]) == (2 + len(bad), 2, len(bad), len(bad))


def test_only_what_is_new_or_overwritten_is_taken_again(door, monkeypatch):
    door.put("a.csv", f"{HEADER}2024-05-01 10:00:00,a,1\n")
    door.put("b.csv", f"{HEADER}2024-05-01 10:00:00,b,1\n")
    door.put("bad.csv", "nothing\n")
    assert door.run()["written"] == 2
    with monkeypatch.context() as still:
        still.setattr(door.job, "inspected", lambda spark, exports, *_: pytest.fail("read") if exports else door.job.Inspection())
        assert door.run() == {"read": 0, "written": 0, "rejected": {}, "files": {"new": 0, "changed": 0, "unchanged": 3, "taken": 0, "set_aside": 0, "lost": 0}}
    door.put("b.csv", f"{HEADER}2024-05-01 10:00:00,b,2\n2024-05-01 11:00:00,b,3\n")
    (door.root / "in" / "a.csv").unlink()
    assert (door.run()["files"], [row[1:] for row in door.landed()]) == (
        {"new": 0, "changed": 1, "unchanged": 1, "taken": 1, "set_aside": 0, "lost": 0}, [("a", 1.0), ("b", 1.0), ("b", 2.0), ("b", 3.0)])


def test_a_file_that_goes_or_changes_while_it_is_read_is_told_and_the_others_are_taken(door, monkeypatch):
    for name in ("a", "b", "c", "d"):
        door.put(f"{name}.csv", f"{HEADER}2024-05-01 10:00:00,{name},1\n")
    inspected, rows = door.job.inspected, door.job.rows

    def listed_then_gone(*args):
        os.remove(door.root / "in" / "a.csv")
        return inspected(*args)

    def looked_then_changed(spark, files, *args):
        if (door.root / "in" / "c.csv").exists():
            os.remove(door.root / "in" / "c.csv")
            door.put("b.csv", f"{HEADER}2024-05-01 10:00:00,b,2\n")
        return rows(spark, files, *args)

    monkeypatch.setattr(door.job, "inspected", listed_then_gone)
    monkeypatch.setattr(door.job, "rows", looked_then_changed)
    counts = door.run()
    place = f"file://{door.root}/in"
    assert counts["files"] == {"new": 4, "changed": 0, "unchanged": 0, "taken": 1, "set_aside": 0, "lost": 3,
                               "gone": [f"{place}/a.csv", f"{place}/c.csv"], "overwritten": [f"{place}/b.csv"]}
    monkeypatch.setattr(door.job, "inspected", inspected)
    monkeypatch.setattr(door.job, "rows", rows)
    assert door.run()["files"] == {"new": 1, "changed": 0, "unchanged": 1, "taken": 1, "set_aside": 0, "lost": 0}
    assert [row[1:] for row in door.landed()] == [("b", 2.0), ("d", 1.0)]


def test_a_fault_that_is_not_of_a_file_fails_the_run_and_nothing_counts_as_taken(door, monkeypatch):
    door.put("a.csv", f"{HEADER}2024-05-01 10:00:00,a,1\n")
    with monkeypatch.context() as broken:
        broken.setattr(door.job.raw, "published", lambda *_: (_ for _ in ()).throw(RuntimeError("disk full")))
        with pytest.raises(RuntimeError, match="disk full"):
            door.run()
    assert not (door.root / "state.json").exists()
    assert door.run()["written"] == 1


@pytest.mark.parametrize("ended_at", ["keep", "write_json"])
def test_what_was_landed_but_not_noted_is_taken_back_by_the_next_run(door, monkeypatch, ended_at):
    door.put("a.csv", f"{HEADER}2024-05-01 10:00:00,a,1\nshort\n")
    door.put("bad.csv", "nothing\n")
    with monkeypatch.context() as killed:
        killed.setattr(door.job, ended_at, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            door.run()
    assert len(door.landed()) == 1
    door.put("b.csv", f"{HEADER}2024-05-01 10:00:00,b,1\n")
    assert door.run()["files"]["taken"] == 2
    assert [row[1] for row in door.landed()] == ["a", "b"]
    assert sorted(line["reason"] for line in door.rejected()) == ["file has no header with timestamp, room_id, temperature", "row has not the 3 fields of the header"]
    assert door.run()["files"]["unchanged"] == 3
    assert [row[1] for row in door.landed()] == ["a", "b"]
