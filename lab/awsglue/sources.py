"""Sources: objects of a table or a path as a Spark DataFrame, plus the columns whose texts do not all fit their declared type.

Glue's reader finds types value by value: a column of a CSV table that is declared `double` and holds `n/a` somewhere becomes a
choice of both (Glue Developer Guide, "ResolveChoice class"). So such columns are read as texts, with their declared type beside.
"""
from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from awsglue import catalog
from awsglue.faults import NotInLab, refuse
from awsglue.job import Job

#: Of `additional_options` and `connection_options`, what is understood; anything else is refused by name.
CATALOG_OPTIONS: set[str] = set()
PATH_OPTIONS = {"paths", "path", "recurse", "partitionKeys"}
CSV_OPTIONS = {"withHeader": "header", "separator": "sep", "quoteChar": "quote", "escaper": "escape", "multiline": "multiLine", "skipFirst": "header"}


def from_table(spark: SparkSession, database: str, name: str, predicate: str, context: str) -> tuple[DataFrame | None, dict[str, str]]:
    """What is new in a table of the catalogue; None when nothing is. Partition columns come last, as texts."""
    table = catalog.table(database, name)
    keys = [key["Name"] for key in table.get("PartitionKeys", [])]
    if predicate and not keys:
        raise ValueError(f"push_down_predicate was given, and {database}.{name} has no partitions")
    wanted = _partitions(spark, database, name, keys, predicate) if keys else [([], table["StorageDescriptor"])]
    listed = {at: objects for at in {_location(storage) for _, storage in wanted} if (objects := catalog.objects(at))}
    fresh = set(Job.bookmark().fresh(context, {each.uri: each.print for objects in listed.values() for each in objects}))
    if not fresh:
        return None, {}
    columns = [(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]]
    groups = [(values, [each.uri for each in listed.get(_location(storage), []) if each.uri in fresh]) for values, storage in wanted]
    return _read(spark, table, columns, keys, [(values, uris) for values, uris in groups if uris])


def _location(storage: dict) -> str:
    return storage["Location"].rstrip("/") + "/"


def _partitions(spark: SparkSession, database: str, name: str, keys: list[str], predicate: str) -> list[tuple[list[str], dict]]:
    found = [(each["Values"], each["StorageDescriptor"]) for each in catalog.partitions(database, name)]
    if not predicate or not found:
        return found
    schema = T.StructType([T.StructField(key, T.StringType()) for key in [*keys, "_at"]])
    rows = spark.createDataFrame([(*values, str(at)) for at, (values, _) in enumerate(found)], schema)
    return [found[int(row["_at"])] for row in rows.where(predicate).collect()]


def _read(spark, table: dict, columns: list[tuple[str, str]], keys: list[str], groups: list[tuple[list[str], list[str]]]) -> tuple[DataFrame, dict[str, str]]:
    kind, options = _format(table)
    choices = {name: declared for name, declared in columns if declared not in ("string", "varchar", "char")} if kind == "csv" else {}
    schema = ", ".join(f"`{name}` {'string' if name in choices else declared}" for name, declared in columns)
    root = _location(table["StorageDescriptor"])
    if all(uri.startswith(root + "".join(f"{key}={value}/" for key, value in zip(keys, values, strict=True))) for values, uris in groups for uri in uris):
        partition_schema = "".join(f", `{key}` string" for key in keys)
        uris = [uri for _, uris in groups for uri in uris]
        return spark.read.format(kind).options(**options, basePath=root).schema(schema + partition_schema).load(uris), choices
    frames = [
        spark.read.format(kind).options(**options).schema(schema).load(uris)
        .select("*", *(F.lit(value).alias(key) for key, value in zip(keys, values, strict=True)))
        for values, uris in groups
    ]
    whole = frames[0]
    for frame in frames[1:]:
        whole = whole.unionByName(frame)
    return whole, choices


def _format(table: dict) -> tuple[str, dict[str, str]]:
    """Format and options of Spark's reader, from what a crawler writes into a table."""
    storage, parameters = table["StorageDescriptor"], table.get("Parameters", {})
    serde = storage.get("SerdeInfo", {}).get("Parameters", {})
    kind = parameters.get("classification", storage.get("Parameters", {}).get("classification", ""))
    if kind == "csv":
        skipped = parameters.get("skip.header.line.count", serde.get("skip.header.line.count", "0"))
        return "csv", {
            "sep": serde.get("separatorChar", serde.get("field.delim", parameters.get("delimiter", ","))),
            "quote": serde.get("quoteChar", '"'), "escape": serde.get("escapeChar", "\\"), "header": str(skipped == "1").lower(),
            "enforceSchema": "true", "mode": "PERMISSIVE",
        }
    if kind in ("parquet", "json"):
        return kind, {}
    raise NotInLab(f"tables of the classification \"{kind}\" ({table['Name']})")


def from_paths(spark: SparkSession, kind: str, connection: dict, options: dict, context: str) -> tuple[DataFrame | None, dict[str, str]]:
    """What is new at some paths. Types: those of the file for parquet, inferred for JSON, all texts for CSV, as Glue has it."""
    refuse("connection option", connection, PATH_OPTIONS)
    listed = {each.uri: each.print for path in connection["paths"] for each in catalog.objects(path)}
    fresh = Job.bookmark().fresh(context, listed)
    if not fresh:
        return None, {}
    if kind == "csv":
        refuse("CSV option", options, set(CSV_OPTIONS))
        return spark.read.options(**{CSV_OPTIONS[name]: value for name, value in options.items()}).csv(fresh), {}
    if kind in ("parquet", "json"):
        refuse(f"{kind} option", options, {"multiline"} if kind == "json" else set())
        multiline = {"multiLine": options["multiline"]} if "multiline" in options else {}
        return spark.read.format(kind).options(**multiline).load(fresh), {}
    raise NotInLab(f"format {kind}")
