"""import_db against a real database: H2 in memory, asked through JDBC as on AWS."""
import pytest
from jobs.import_db import Source, imported
from lake.raw import Landing
from lake.readings import MissingColumns

TABLE = {"table": "dbo.readings", "channel": "temperature", "watermark": "updated_at"}
URL = "jdbc:h2:mem:sensors;MODE=MSSQLServer;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1"


class Database:
    def __init__(self, spark):
        self.spark_session = spark
        self.connection = spark._jvm.org.h2.Driver.load().connect(URL, spark._jvm.java.util.Properties())

    def extract_jdbc_conf(self, _):
        return {"url": "jdbc:h2:mem", "fullUrl": URL, "user": "", "password": ""}

    def run(self, sql):
        self.connection.createStatement().execute(sql)


@pytest.fixture
def database(spark):
    made = Database(spark)
    made.run('CREATE SCHEMA "dbo"')
    made.run('CREATE TABLE "dbo"."readings" ("room_id" varchar(64), "timestamp" datetime2, "temperature" float, "updated_at" datetime2(7))')
    yield made
    made.run('DROP SCHEMA "dbo" CASCADE')


def insert(database, *rows):
    for room, time, value, mark in rows:
        database.run(f"INSERT INTO dbo.readings VALUES ('{room}', '{time}', {value}, '{mark}')")


def test_each_run_brings_what_changed_since_the_last_and_moves_the_mark(database, spark, tmp_path):
    source, state = Source(database, "sensors"), f"file://{tmp_path}/state.json"

    def run(at, **more):
        counts = imported(source, TABLE, Landing(f"file://{tmp_path}", "external", at), state, {"run_id": "r", **more})
        return counts["written"], counts["watermark"]

    assert run("2024-06-01 00:00:00") == (0, None)
    insert(database, ("a", "2024-01-01 00:00:00", 1.5, "2024-05-01 00:00:00.1234567"), ("a", "2024-01-02 00:00:00", 2.5, "2024-05-01 00:00:00.1234569"))
    assert run("2024-06-02 00:00:00") == (2, "2024-05-01 00:00:00.1234569")
    assert run("2024-06-03 00:00:00") == (0, "2024-05-01 00:00:00.1234569")
    # One with the very mark that was read up to, one after it: neither is lost.
    insert(database, ("b", "2024-01-01 00:00:00", 3.5, "2024-05-01 00:00:00.1234569"), ("b", "2024-01-02 00:00:00", 4.5, "2024-05-02 00:00:00"))
    assert run("2024-06-04 00:00:00") == (3, "2024-05-02 00:00:00")
    values = [row.temperature for row in spark.read.parquet(f"file://{tmp_path}/temperatures/source=external").where("day = '2024-06-04'").collect()]
    assert sorted(values) == [2.5, 3.5, 4.5]
    assert run("2024-06-05 00:00:00", full_reload="true") == (4, "2024-05-02 00:00:00")


def test_a_row_that_is_no_reading_is_kept_with_its_reason(database, tmp_path):
    insert(database, ("a", "2024-01-01 00:00:00", "NULL", "2024-05-01"), ("a", "2024-01-02 00:00:00", 1.5, "2024-05-01"))
    counts = imported(Source(database, "sensors"), TABLE, Landing(f"file://{tmp_path}", "external", "2024-06-01 00:00:00"), f"file://{tmp_path}/s.json", {"run_id": "r"})
    assert (counts["written"], counts["rejected"]) == (1, {"temperature is missing": 1})


def test_a_table_without_a_column_is_refused_before_anything_is_written(database, tmp_path):
    database.run('ALTER TABLE "dbo"."readings" RENAME COLUMN "temperature" TO "celsius"')
    with pytest.raises(MissingColumns, match="dbo.readings has no column temperature; it has room_id, timestamp, celsius, updated_at"):
        imported(Source(database, "sensors"), TABLE, Landing(f"file://{tmp_path}", "external", "2024-06-01 00:00:00"), f"file://{tmp_path}/s.json", {"run_id": "r"})
    assert list(tmp_path.iterdir()) == []
