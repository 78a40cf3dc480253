"""import_db against a real database: H2 in memory, asked through JDBC as on AWS."""
import base64
import json

import pytest
from jobs import import_db
from jobs.import_db import imported, reading, with_new_login
from lake import delivery
from lake.raw import Landing
from lake.readings import MissingColumns, WrongTypes
from lake.source import Reading, Source

TABLE = {"table": "dbo.readings", "channel": "temperature", "watermark": "updated_at"}
URL = "jdbc:h2:mem:sensors;MODE=MSSQLServer;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1"
INSTANT = Reading(overlap=0)


class Database:
    def __init__(self, spark):
        self.spark_session = spark
        self.connection = spark._jvm.org.h2.Driver.load().connect(URL, spark._jvm.java.util.Properties())
        self.logins = [("", "")]

    def extract_jdbc_conf(self, _):
        user, password = self.logins.pop(0) if len(self.logins) > 1 else self.logins[0]
        return {"url": "jdbc:h2:mem", "fullUrl": URL, "user": user, "password": password}

    def run(self, sql):
        self.connection.createStatement().execute(sql)

    def insert(self, *rows):
        for room, time, value, mark in rows:
            self.run(f"INSERT INTO dbo.readings VALUES ('{room}', '{time}', {value}, {mark and f'{mark!r}' or 'NULL'})")

    def reads(self):
        """How often readings were asked for since QUERY_STATISTICS was set. (Of an answer that is read lazily H2 counts no rows.)"""
        found = self.connection.createStatement().executeQuery(
            "SELECT CAST(SUM(execution_count) AS int) FROM information_schema.query_statistics "
            "WHERE sql_statement LIKE 'SELECT \"%FROM dbo.readings%' AND sql_statement NOT LIKE '%SPARK_GEN%'")
        found.next()
        return found.getInt(1)


@pytest.fixture
def database(spark):
    made = Database(spark)
    made.run('CREATE SCHEMA "dbo"')
    made.run('CREATE TABLE "dbo"."readings" ("room_id" varchar(64), "timestamp" datetime2, "temperature" float, "updated_at" datetime2(7))')
    yield made
    made.run('DROP SCHEMA "dbo" CASCADE')


@pytest.fixture
def importing(database, tmp_path):
    """Runs of the job: counts of each; `at` is the minute of its arrival."""
    def run(at, settings=INSTANT, table=TABLE, **args):
        landing = Landing(f"file://{tmp_path}/raw", "external", f"2024-06-01 00:{at:02d}:00")
        return imported(Source(database, "sensors", settings), table, landing, f"file://{tmp_path}/state.json", {"run_id": "r", **args})
    return run


def values(spark, tmp_path, where="true"):
    return sorted(row.temperature for row in spark.read.parquet(f"file://{tmp_path}/raw/temperatures/source=external").where(where).collect())


def test_each_run_brings_what_changed_since_the_last_and_moves_the_mark(database, spark, tmp_path, importing):
    def run(at, **more):
        counts = importing(at, **more)
        return counts["written"], counts["watermark"]

    assert run(0) == (0, None)
    database.insert(("a", "2024-01-01 00:00:00", 1.5, "2024-05-01 00:00:00.1234567"), ("a", "2024-01-02 00:00:00", 2.5, "2024-05-01 00:00:00.1234569"))
    assert run(1) == (2, "2024-05-01 00:00:00.1234569")
    database.run("SET QUERY_STATISTICS TRUE")
    assert run(2) == (0, "2024-05-01 00:00:00.1234569")
    assert database.reads() == 0
    # One with the very mark that was read up to, one after it: neither is lost. Only the instant of the mark is read again.
    database.insert(("b", "2024-01-01 00:00:00", 3.5, "2024-05-01 00:00:00.1234569"), ("b", "2024-01-02 00:00:00", 4.5, "2024-05-02 00:00:00"))
    assert run(3) == (3, "2024-05-02 00:00:00")
    assert database.reads() == 1
    database.run("SET QUERY_STATISTICS FALSE")
    assert values(spark, tmp_path, "received_at = '2024-06-01 00:03:00'") == [2.5, 3.5, 4.5]
    # Another value with the same time of change, as a clock of whole seconds would give it.
    database.run("UPDATE dbo.readings SET temperature = 5.5 WHERE temperature = 4.5")
    assert run(4) == (1, "2024-05-02 00:00:00")
    assert run(5, full_reload="true") == (4, "2024-05-02 00:00:00")
    assert run(6) == (0, "2024-05-02 00:00:00")


def test_a_row_that_was_committed_late_is_found_within_the_overlap(database, spark, tmp_path, importing):
    settings = Reading(overlap=60)
    database.insert(("a", "2024-01-01 00:00:00", 1.5, "2024-05-01 00:00:00"), ("a", "2024-01-02 00:00:00", 2.5, "2024-05-01 00:05:00"))
    assert importing(0, settings)["read"] == 2
    database.insert(("b", "2024-01-01 00:00:00", 3.5, "2024-05-01 00:04:30"), ("b", "2024-01-02 00:00:00", 4.5, "2024-05-01 00:00:30"))
    assert importing(1, settings)["read"] == 2
    assert values(spark, tmp_path) == [1.5, 2.5, 2.5, 3.5]
    assert importing(2, settings)["read"] == 0


def test_rows_without_a_usable_time_come_all_of_them_when_they_change(database, importing):
    database.insert(("a", "2024-01-01 00:00:00", 1.5, None), ("b", "2024-01-01 00:00:00", 2.5, "9999-12-31 00:00:00"), ("c", "2024-01-01 00:00:00", 3.5, "2024-05-01"))
    first = importing(0)
    assert (first["read"], first["watermark"], first["unset"], first["ahead"]) == (3, "2024-05-01 00:00:00", 1, 1)
    assert importing(1)["read"] == 0
    database.insert(("d", "2024-01-01 00:00:00", 4.5, None), ("c", "2024-01-02 00:00:00", 3.5, "2024-05-02"))
    assert importing(2)["read"] == 3
    assert importing(3, full_reload="true")["read"] == 5


def test_a_row_that_is_no_reading_is_kept_with_its_reason(database, tmp_path, importing):
    database.insert(("a", "2024-01-01 00:00:00", "NULL", "2024-05-01"), ("a/b", "2024-01-02 00:00:00", 1.5, "2024-05-01"), ("a", "2024-01-02 00:00:00", 1.5, "2024-05-01"))
    counts = importing(0)
    assert (counts["written"], counts["rejected"]) == (1, {"room_id has a part of a path (/, \\ or ..)": 1, "temperature is missing": 1})
    [file] = (tmp_path / "raw/rejected/temperature/source=external/day=2024-06-01").glob("*.json")
    payloads = [json.loads(base64.b64decode(json.loads(line)["payload"])) for line in file.read_text().splitlines()]
    assert sorted(map(str, payloads)) == sorted(map(str, [
        {"timestamp": "2024-01-01 00:00:00", "room_id": "a", "temperature": None}, {"timestamp": "2024-01-02 00:00:00", "room_id": "a/b", "temperature": "1.5"}]))


@pytest.mark.parametrize("split", [{}, {"split": "temperature"}])
def test_a_read_in_parts_brings_each_row_once(database, spark, tmp_path, importing, split):
    marks = ["2024-05-01", "2024-05-01", "2024-05-01", "2024-05-02", "2024-05-03 00:00:00.0000001", "2024-05-03 00:00:00.0000002", "2024-05-04"]
    database.insert(*((f"r{at}", "2024-01-01 00:00:00", at, mark) for at, mark in enumerate(marks)))
    counts = importing(0, Reading(part_rows=2, overlap=0), {**TABLE, **split})
    assert (counts["read"], counts["parts"]) == (7, 4)
    assert values(spark, tmp_path) == [0, 1, 2, 3, 4, 5, 6]


def test_a_value_keeps_all_its_digits(database, spark, tmp_path, importing):
    digits = 21.044900000000002
    database.insert(("a", "2024-01-01 00:00:00.123456", digits, "2024-05-01"))
    importing(0)
    assert values(spark, tmp_path) == [digits]


class Killed(Exception):
    """The run ends here."""


@pytest.mark.parametrize("after", ["stage", "published.json", "first file", "publish", "state"])
def test_a_run_that_is_killed_anywhere_leaves_nothing_that_the_next_one_does_not_put_right(database, spark, tmp_path, importing, monkeypatch, after):
    database.insert(("a", "2024-01-01 00:00:00", 1.5, "2024-05-01"), ("b/", "2024-01-01 00:00:00", 2.5, "2024-05-01"))
    assert importing(0)["written"] == 1
    database.insert(("a", "2024-01-02 00:00:00", 3.5, "2024-05-02"), ("a", "2024-01-03 00:00:00", 4.5, "2024-05-03"), ("c/", "2024-01-01 00:00:00", 5.5, "2024-05-03"))

    def kill(owner, name, then=True):
        real = getattr(owner, name)

        def killing(*given):
            if then:
                real(*given)
            raise Killed
        monkeypatch.setattr(owner, name, killing)

    {"stage": lambda: kill(delivery.Delivery, "stage"), "published.json": lambda: kill(delivery, "write_json"), "first file": lambda: kill(delivery, "move"),
     "publish": lambda: kill(delivery.Delivery, "publish"), "state": lambda: kill(delivery.Delivery, "settle", then=False)}[after]()
    parted = Reading(part_rows=1, overlap=0)
    with pytest.raises(Killed):
        importing(1, parted)
    monkeypatch.undo()
    # What changed between the two runs is as it is now.
    database.insert(("a", "2024-01-04 00:00:00", 6.5, "2024-05-04"))
    importing(2, parted)
    assert values(spark, tmp_path) == [1.5, 3.5, 4.5, 6.5]
    kept = [line for file in (tmp_path / "raw/rejected").rglob("*.json") for line in file.read_text().splitlines()]
    assert len(kept) == 2
    assert not list((tmp_path / "raw/landing").rglob("*.parquet")) and not list(tmp_path.rglob("_*"))


def test_a_table_without_a_column_is_refused_before_anything_is_written(database, tmp_path, importing):
    database.run('ALTER TABLE "dbo"."readings" RENAME COLUMN "temperature" TO "celsius"')
    with pytest.raises(MissingColumns, match="dbo.readings has no column temperature, seq; it has room_id, timestamp, celsius, updated_at"):
        importing(0, table={**TABLE, "split": "seq"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("column", "kind"), [("temperature", "boolean"), ("timestamp", "date"), ("room_id", "varbinary(8)")])
def test_a_column_of_a_type_that_no_reading_comes_from_is_refused_before_anything_is_written(database, tmp_path, importing, column, kind):
    database.run(f'ALTER TABLE "dbo"."readings" DROP COLUMN "{column}"')
    database.run(f'ALTER TABLE "dbo"."readings" ADD COLUMN "{column}" {kind}')
    with pytest.raises(WrongTypes, match=f"dbo.readings has columns that can't hold what temperature has there: {column} is "):
        importing(0)
    assert list(tmp_path.iterdir()) == []


def test_a_decimal_of_more_digits_than_spark_has_is_no_reading_and_keeps_no_other_row_back(database, tmp_path, importing):
    database.run('ALTER TABLE "dbo"."readings" ALTER COLUMN "temperature" numeric(60, 2)')
    database.insert(("a", "2024-01-01 00:00:00", "1" + "0" * 45, "2024-05-01"), ("a", "2024-01-02 00:00:00", "21.50", "2024-05-01"))
    counts = importing(0)
    assert (counts["written"], counts["rejected"]) == (1, {"temperature is above 100 °C": 1})
    [line] = [line for file in tmp_path.rglob("rejected/**/*.json") for line in file.read_text().splitlines()]
    assert json.loads(base64.b64decode(json.loads(line)["payload"]))["temperature"] == f"1{'0' * 45}.00"


def test_a_login_that_was_changed_meanwhile_is_used_and_a_wrong_one_is_not_tried_again(database, monkeypatch):
    tried = []

    def refused(source, *_):
        tried.append(source.login)
        if source.login != ("u", "new"):
            raise RuntimeError("wrong password")
        return {"read": 0}

    monkeypatch.setattr(import_db, "imported", refused)
    database.logins = [("u", "old"), ("u", "new")]
    assert with_new_login(Source(database, "sensors"), {}, None, "", {}) == {"read": 0}
    assert tried == [("u", "old"), ("u", "new")]
    database.logins = [("u", "old")]
    with pytest.raises(RuntimeError):
        with_new_login(Source(database, "sensors"), {}, None, "", {})
    assert len(tried) == 3


def test_settings_of_the_job_are_numbers_and_words_that_it_knows():
    assert reading({}) == Reading()
    assert reading({"part_rows": "7", "fetch_rows": "8", "overlap_seconds": "0", "isolation": "snapshot"}) == Reading(7, 8, 0, True)
    with pytest.raises(ValueError, match="--isolation is dirty; set default or snapshot"):
        reading({"isolation": "dirty"})
