"""Frames: tables as Glue reads them, and what its transforms make of them."""
import gzip

import pytest
from pyspark.sql import Row

from awsglue import catalog, transforms
from awsglue.bookmarks import FOLDER
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.faults import NotInLab
from awsglue.job import Job

COLUMNS = [{"Name": "room_id", "Type": "string"}, {"Name": "temperature", "Type": "double"}]


@pytest.fixture
def glue(spark):
    return GlueContext(spark.sparkContext)


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A CSV table with the given files; the catalogue is this test's."""
    def made(files, kind="csv", partitions=None, keys=()):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        storage = {"Location": f"file://{tmp_path}", "Columns": COLUMNS, "SerdeInfo": {"Parameters": {"field.delim": ","}}}
        found = {"Name": "t", "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys], "StorageDescriptor": storage,
                 "Parameters": {"classification": kind, "skip.header.line.count": "1"}}
        monkeypatch.setattr(catalog, "table", lambda database, name: found)
        monkeypatch.setattr(catalog, "partitions", lambda database, name, expression="": [
            {"Values": values, "StorageDescriptor": {"Location": f"file://{tmp_path}/{at}"}} for values, at in partitions or []])
        return tmp_path
    return made


HEADER = "room_id,temperature\n"


def read(glue, **more):
    return glue.create_dynamic_frame.from_catalog(database="d", table_name="t", **more)


def test_a_column_whose_texts_all_fit_has_its_declared_type(glue, table):
    table({"a.csv": f"{HEADER}office,21.5\nlab,\n", "_SUCCESS": "x", ".hidden": "x", "empty.csv": "", "b.csv.gz": f"{HEADER}lab,3\n"})
    frame = read(glue).toDF()
    assert dict(frame.dtypes) == {"room_id": "string", "temperature": "double"}
    assert sorted(frame.collect(), key=str) == [Row("lab", 3.0), Row("lab", None), Row("office", 21.5)]


def test_a_column_with_a_misfit_is_a_choice_until_it_is_resolved(glue, table):
    table({"a.csv": f"{HEADER}office,21.5\nlab,n/a\n"})
    frame = read(glue)
    assert dict(frame.toDF().dtypes)["temperature"] == "struct<double:double,string:string>"
    assert [row.temperature for row in frame.resolveChoice(specs=[("temperature", "cast:string")]).toDF().collect()] == ["21.5", "n/a"]
    assert [row.temperature for row in frame.resolveChoice(choice="cast:double").toDF().collect()] == [21.5, None]
    assert frame.resolveChoice(choice="make_cols").toDF().columns == ["room_id", "temperature_double", "temperature_string"]
    assert [row.temperature for row in frame.resolveChoice(choice="match_catalog", database="d", table_name="t").toDF().collect()] == [21.5, None]
    with pytest.raises(NotInLab, match="ResolveChoice action cast_all"):
        frame.resolveChoice(choice="cast_all")


def test_partitions_come_as_columns_of_texts_and_can_be_chosen(glue, table):
    files = {f"source={source}/day=2024-01-0{day}/a.csv": f"{HEADER}{source},{day}\n" for source in ("live", "history") for day in (1, 2)}
    places = [([source, f"2024-01-0{day}"], f"source={source}/day=2024-01-0{day}/") for source in ("live", "history") for day in (1, 2)]
    table(files, partitions=places, keys=("source", "day"))
    assert sorted(map(tuple, read(glue).toDF().collect()))[0] == ("history", 1.0, "history", "2024-01-01")
    some = read(glue, push_down_predicate="source = 'live' and day > '2024-01-01'").toDF()
    assert [tuple(row) for row in some.collect()] == [("live", 2.0, "live", "2024-01-02")]


def test_a_partition_may_lie_anywhere_below_its_own_name(glue, table):
    table({"one/a.csv": f"{HEADER}a,1\n", "two/a.csv": f"{HEADER}b,2\n"}, partitions=[(["x"], "one/"), (["y"], "two/")], keys=("k",))
    assert sorted(map(tuple, read(glue).toDF().collect())) == [("a", 1.0, "x"), ("b", 2.0, "y")]


def test_a_bookmark_leaves_only_what_is_new_and_then_not_even_columns(glue, table, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "bookmarks"))
    folder = table({"data/a.csv": f"{HEADER}a,1\n"})
    catalog.table("d", "t")["StorageDescriptor"]["Location"] = f"file://{folder}/data"
    rooms = []
    for run in range(3):
        Job.init("job", {"job_bookmark_option": "job-bookmark-enable"})
        frame = read(glue, transformation_ctx="ctx").toDF()
        rooms.append([row.room_id for row in frame.collect()] if frame.columns else None)
        Job.commit()
        if run == 0:
            (folder / "data" / "b.csv").write_text(f"{HEADER}b,2\n")
    Job._bookmark = None
    assert rooms == [["a"], ["b"], None]


def test_transforms_of_generated_scripts(glue, spark):
    frame = DynamicFrame.fromDF(spark.createDataFrame([("a", "1.5", 7), ("b", "2.5", 8)], "room string, `value c` string, n int"), glue, "t")
    mapped = transforms.ApplyMapping.apply(frame=frame, mappings=[("room", "string", "room_id", "string"), ("`value c`", "string", "value", "double"), ("n", "int", "n", "long")])
    assert mapped.toDF().dtypes == [("room_id", "string"), ("value", "double"), ("n", "bigint")]
    assert transforms.SelectFields.apply(frame=mapped, paths=["value", "absent"]).toDF().columns == ["value"]
    assert transforms.DropFields.apply(frame=mapped, paths=["n"]).toDF().columns == ["room_id", "value"]
    assert transforms.RenameField.apply(mapped, "n", "m").toDF().columns == ["room_id", "value", "m"]
    assert transforms.Filter.apply(frame=mapped, f=lambda row: row["value"] > 2).toDF().collect() == [Row("b", 2.5, 8)]
    assert transforms.Map.apply(frame=mapped, f=lambda row: {**row, "twice": row["n"] * 2}).toDF().select("twice").collect() == [Row(14), Row(16)]


def test_files_are_written_and_read_by_options(glue, spark, tmp_path):
    frame = DynamicFrame.fromDF(spark.createDataFrame([("a", 1.5, "x"), ("b", 2.5, "y")], "room_id string, value double, part string"), glue)
    options = {"path": f"file://{tmp_path}/out", "partitionKeys": ["part"]}
    glue.write_dynamic_frame.from_options(frame=frame, connection_type="s3", connection_options=options, format="parquet")
    again = glue.create_dynamic_frame.from_options("s3", {"paths": [f"file://{tmp_path}/out"]}, format="parquet")
    assert sorted(row.room_id for row in again.toDF().collect()) == ["a", "b"]


@pytest.mark.parametrize(("what", "call"), [
    ("additional option excludeStorageClasses", lambda glue: read(glue, additional_options={"excludeStorageClasses": ["GLACIER"]})),
    ("connection option attachFilename", lambda glue: glue.create_dynamic_frame.from_options("s3", {"paths": [], "attachFilename": "f"}, format="csv")),
    ("format xml", lambda glue: glue.create_dynamic_frame.from_options("s3", {"paths": ["file:///proc/version_signature_none"]}, format="xml")),
    ("GlueContext.transition_table", lambda glue: glue.transition_table("d", "t", "GLACIER")),
    ("the transform FindMatches", lambda glue: transforms.FindMatches),
    ("create_dynamic_frame.from_kafka", lambda glue: glue.create_dynamic_frame.from_kafka(None, "x")),
])
def test_what_is_not_there_says_so_by_name(glue, what, call, monkeypatch):
    monkeypatch.setattr(catalog, "objects", lambda location: [catalog.Listed("file:///x", 1, "p")])
    with pytest.raises(NotInLab, match=f"the lab's awsglue does not have {what}"):
        call(glue)


def test_a_connection_gives_the_user_and_password_of_its_secret(glue, monkeypatch):
    class Fake:
        def get_connection(self, **_):
            return {"Connection": {"ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:sqlserver://h:1433;databaseName=d", "SECRET_ID": "db", "JDBC_ENFORCE_SSL": "true"}}}

        def get_secret_value(self, **_):
            return {"SecretString": '{"username":"u","password":"p"}'}

    monkeypatch.setattr(catalog, "client", lambda service: Fake())
    conf = glue.extract_jdbc_conf("sensors")
    assert {key: conf[key] for key in ("fullUrl", "vendor", "user", "password", "enforceSSL")} == {
        "fullUrl": "jdbc:sqlserver://h:1433;databaseName=d", "vendor": "sqlserver", "user": "u", "password": "p", "enforceSSL": "true"}
