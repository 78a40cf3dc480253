"""Scripts written as others write them, one by the visual editor's habits and one by hand, run whole and unchanged."""
import json
import runpy
import sys
from pathlib import Path

import pytest

from awsglue import catalog
from awsglue.bookmarks import FOLDER
from awsglue.job import Job

SCRIPTS = Path(__file__).with_name("scripts")


class NotFound(Exception):
    pass


class Catalogue:
    """As much of the Glue API as scripts reach, in memory."""

    class exceptions:
        EntityNotFoundException = NotFound

    def __init__(self):
        self.tables, self.partitions = {}, {}

    def get_table(self, DatabaseName, Name):
        if Name not in self.tables:
            raise NotFound(Name)
        return {"Table": self.tables[Name]}

    def create_table(self, DatabaseName, TableInput):
        self.tables[TableInput["Name"]] = TableInput

    update_table = create_table

    def batch_create_partition(self, DatabaseName, TableName, PartitionInputList):
        self.partitions.setdefault(TableName, []).extend(PartitionInputList)

    def get_paginator(self, _):
        return self

    def paginate(self, DatabaseName, TableName, **_):
        return [{"Partitions": self.partitions.get(TableName, [])}]


@pytest.fixture
def ran(spark, tmp_path, monkeypatch):
    """Run a script with arguments, as a job of its own; the catalogue it sees."""
    glue = Catalogue()
    monkeypatch.setattr(catalog, "client", lambda service: glue)
    monkeypatch.setenv(FOLDER, str(tmp_path / "bookmarks"))

    class Context:
        """A script makes its own context; here there is one already."""

        def __new__(cls):
            return spark.sparkContext
        getOrCreate = staticmethod(lambda: spark.sparkContext)
    monkeypatch.setattr("pyspark.context.SparkContext", Context)

    def run(name: str, **arguments: str):
        given = [part for key, value in arguments.items() for part in (f"--{key}", value)]
        monkeypatch.setattr(sys, "argv", [name, "--JOB_NAME", name, *given, "--job-bookmark-option", "job-bookmark-enable"])
        runpy.run_path(str(SCRIPTS / f"{name}.py"), run_name="__main__")
        Job._bookmark = None
    run.glue = glue
    return run


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_script_of_the_visual_editor_reads_joins_and_tells_the_catalogue_what_it_wrote(ran, spark, tmp_path):
    for day, lines in (("2024-05-01", "a,1\n"), ("2024-05-02", "a,2\nb,n/a\nc,4\n"), ("2024-05-03", "b,5\n")):
        put(tmp_path / f"readings/day={day}/x.csv", f"room_id,temperature\n{lines}")
        storage = {"Location": f"file://{tmp_path}/readings/day={day}/", "Columns": []}
        ran.glue.partitions.setdefault("readings", []).append({"Values": [day], "StorageDescriptor": storage})
    put(tmp_path / "rooms/x.json", '{"id":"a","place":{"floor":1}}\n{"id":"b","place":{"floor":2}}\n')
    columns = [{"Name": "room_id", "Type": "string"}, {"Name": "temperature", "Type": "bigint"}]
    ran.glue.tables["readings"] = {
        "Name": "readings", "PartitionKeys": [{"Name": "day", "Type": "string"}], "Parameters": {"classification": "csv", "skip.header.line.count": "1"},
        "StorageDescriptor": {"Location": f"file://{tmp_path}/readings/", "Columns": columns, "SerdeInfo": {"Parameters": {"field.delim": ","}}}}
    ran("studio", target=f"file://{tmp_path}")
    assert sorted((row.room_id, row.temperature, str(row.day), row.floor) for row in spark.read.parquet(f"file://{tmp_path}/out").collect()) == [
        ("a", 2.0, "2024-05-02", 1), ("b", 5.0, "2024-05-03", 2)]
    made = ran.glue.tables["by_floor"]
    assert [(column["Name"], column["Type"]) for column in made["StorageDescriptor"]["Columns"]] == [("room_id", "string"), ("temperature", "double"), ("floor", "int")]
    assert (made["Parameters"]["classification"], made["PartitionKeys"]) == ("parquet", [{"Name": "day", "Type": "string"}])
    assert sorted(each["Values"] for each in ran.glue.partitions["by_floor"]) == [["2024-05-02"], ["2024-05-03"]]


def test_a_script_by_hand_takes_nested_data_apart_record_by_record_into_a_database(ran, tmp_path, capsys):
    houses = [{"street": "one", "rooms": [{"name": "attic", "celsius": 20}, {"name": "cellar", "celsius": 5}], "closed": None},
              {"street": "two", "rooms": [{"name": "kitchen", "celsius": 25}, {"name": "hall", "celsius": None}], "closed": None}]
    put(tmp_path / "houses/x.json", json.dumps({"houses": houses}, indent=1))
    ran("by_hand", folder=f"file://{tmp_path}", url="jdbc:h2:mem:houses;DB_CLOSE_DELAY=-1;CASE_INSENSITIVE_IDENTIFIERS=TRUE")
    told = capsys.readouterr()
    assert "rows in the database: 2" in told.out
    assert sorted(line for file in (tmp_path / "csv").glob("part-*") for line in file.read_text().splitlines()) == ["attic|68.0", "kitchen|77.0"]
    assert json.loads((tmp_path / "bookmarks/by_hand.json").read_text())["contexts"].keys() == {"houses"}
