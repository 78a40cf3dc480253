"""Update: what a job tells the catalogue of what it wrote: the table, its columns and its new partitions.

Glue Developer Guide, "Creating tables, updating the schema, and adding new partitions in the Data Catalog from AWS Glue ETL jobs".
"""
from __future__ import annotations

from urllib.parse import unquote

from pyspark.sql import DataFrame

from awsglue import catalog

TEXT = ("org.apache.hadoop.mapred.TextInputFormat", "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat")
STORAGE = {
    "parquet": ("org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat", "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"),
    "orc": ("org.apache.hadoop.hive.ql.io.orc.OrcInputFormat", "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat", "org.apache.hadoop.hive.ql.io.orc.OrcSerde"),
    "json": (*TEXT, "org.openx.data.jsonserde.JsonSerDe"),
    "csv": (*TEXT, "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"),
}
BATCH = 100


def table(name: tuple[str, str], frame: DataFrame, path: str, kind: str, keys: list[str], behavior: str) -> None:
    """Make the table when it is missing; else give it the frame's columns, unless `behavior` is LOG. New partitions are added in any case."""
    database, table_name = name
    glue = catalog.client("glue")
    columns = [{"Name": column.lower(), "Type": declared} for column, declared in frame.dtypes if column not in keys]
    try:
        there = glue.get_table(DatabaseName=database, Name=table_name)["Table"]
    except glue.exceptions.EntityNotFoundException:
        there = None
    if there is None:
        there = _input(table_name, columns, path, kind, keys)
        glue.create_table(DatabaseName=database, TableInput=there)
    elif [key["Name"] for key in there.get("PartitionKeys", [])] != [key.lower() for key in keys]:
        raise ValueError(f"{database}.{table_name} has the partition keys {[key['Name'] for key in there.get('PartitionKeys', [])]}, not {keys}")
    elif behavior == "UPDATE_IN_DATABASE" and there["StorageDescriptor"]["Columns"] != columns:
        kept = {part: there[part] for part in ("Name", "Parameters", "PartitionKeys", "TableType", "StorageDescriptor") if part in there}
        there = {**kept, "StorageDescriptor": {**kept["StorageDescriptor"], "Columns": columns}}
        glue.update_table(DatabaseName=database, TableInput=there)
    if keys:
        _partitions(glue, database, table_name, there, path, keys)


def _input(name: str, columns: list[dict], path: str, kind: str, keys: list[str]) -> dict:
    reads, writes, serde = STORAGE[kind]
    parameters = {"classification": kind, **({"skip.header.line.count": "1", "delimiter": ","} if kind == "csv" else {})}
    options = {"field.delim": ","} if kind == "csv" else {"serialization.format": "1"}
    storage = {"Location": path, "Columns": columns, "InputFormat": reads, "OutputFormat": writes, "SerdeInfo": {"SerializationLibrary": serde, "Parameters": options}}
    partition_keys = [{"Name": key.lower(), "Type": "string"} for key in keys]
    return {"Name": name, "TableType": "EXTERNAL_TABLE", "Parameters": parameters, "PartitionKeys": partition_keys, "StorageDescriptor": storage}


def _partitions(glue, database: str, name: str, there: dict, path: str, keys: list[str]) -> None:
    """Folders with data below the path that the catalogue does not know yet."""
    root = path.rstrip("/") + "/"
    folders = {each.uri[len(root):].rsplit("/", 1)[0] for each in catalog.objects(root) if each.uri.count("/", len(root)) == len(keys)}
    values = {tuple(unquote(part.split("=", 1)[1]) for part in folder.split("/")): folder for folder in folders}
    known = {tuple(each["Values"]) for each in catalog.partitions(database, name)}
    new = [{"Values": list(each), "StorageDescriptor": {**there["StorageDescriptor"], "Location": f"{root}{values[each]}/"}} for each in sorted(values) if each not in known]
    for at in range(0, len(new), BATCH):
        glue.batch_create_partition(DatabaseName=database, TableName=name, PartitionInputList=new[at:at + BATCH])
