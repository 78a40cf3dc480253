"""Sources: objects of a table or a path as a Spark DataFrame, plus the columns whose texts do not all fit their declared type."""
from __future__ import annotations

import json

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from awsglue import catalog, formats, jdbc
from awsglue.faults import NotInLab, refuse
from awsglue.job import Job

#: Options that only say how to list and group files; the lab has few of them.
OF_SPEED = {"useS3ListImplementation", "groupFiles", "groupSize", "maxBand", "maxFilesInBand", "isFailFast", "mergeSchema", "recurse"}
#: Of `additional_options` and `connection_options`, what is understood; anything else is refused by name.
CHOOSING = {"boundedFiles", "boundedSize", "exclusions"}
CATALOG_OPTIONS = OF_SPEED | CHOOSING | {"catalogPartitionPredicate"} | jdbc.PARTS | jdbc.BOOKMARK
PATH_OPTIONS = OF_SPEED | CHOOSING | {"paths", "path", "partitionKeys", "compressionType", "compression"}

Found = tuple[DataFrame | None, dict[str, str]]


def from_table(spark: SparkSession, database: str, name: str, predicate: str, context: str, options: dict) -> Found:
    """What is new in a table of the catalogue; None when nothing is. Partition columns come last, as texts."""
    refuse("additional option", options, CATALOG_OPTIONS)
    table = catalog.table(database, name)
    parameters = table.get("Parameters", {})
    if parameters.get("connectionName"):
        place = table["StorageDescriptor"]["Location"].split(".", 1)[-1]
        given = {key: value for key, value in options.items() if key in jdbc.PARTS | jdbc.BOOKMARK}
        return jdbc.read(spark, {"connectionName": parameters["connectionName"], "dbtable": place, **given}, context), {}
    keys = [key["Name"] for key in table.get("PartitionKeys", [])]
    if predicate and not keys:
        raise ValueError(f"push_down_predicate was given, and {database}.{name} has no partitions")
    expression = options.get("catalogPartitionPredicate", "")
    wanted = _partitions(spark, database, name, keys, predicate, expression) if keys else [([], table["StorageDescriptor"])]
    listed = {at: objects for at in {_location(storage) for _, storage in wanted} if (objects := catalog.objects(at))}
    fresh = _fresh(context, [each for objects in listed.values() for each in objects], options)
    if not fresh:
        return None, {}
    groups = [(values, [each.uri for each in listed.get(_location(storage), []) if each.uri in fresh]) for values, storage in wanted]
    return _read(spark, table, keys, [(values, uris) for values, uris in groups if uris])


def _fresh(context: str, objects: list[catalog.Listed], options: dict) -> set[str]:
    """Objects that a bookmark lets through, and of these as many as a bound allows; the others are new next time, too."""
    excluded = formats.excluded(json.loads(options["exclusions"]) if options.get("exclusions") else [])
    prints = {each.uri: each.print for each in objects if not excluded(each.uri)}
    new = Job.bookmark().fresh(context, prints)
    most, bytes_left = int(options.get("boundedFiles", len(new))), int(options.get("boundedSize", 1 << 62))
    sizes = {each.uri: each.size for each in objects}
    chosen: list[str] = []
    for uri in new[:most]:
        bytes_left -= sizes[uri]
        if bytes_left < 0 and chosen:
            break
        chosen.append(uri)
    Job.bookmark().note(context, {uri: prints[uri] for uri in chosen})
    return set(chosen)


def _location(storage: dict) -> str:
    return storage["Location"].rstrip("/") + "/"


def _partitions(spark: SparkSession, database: str, name: str, keys: list[str], predicate: str, expression: str) -> list[tuple[list[str], dict]]:
    found = [(each["Values"], each["StorageDescriptor"]) for each in catalog.partitions(database, name, expression)]
    if not predicate or not found:
        return found
    schema = T.StructType([T.StructField(key, T.StringType()) for key in [*keys, "_at"]])
    rows = spark.createDataFrame([(*values, str(at)) for at, (values, _) in enumerate(found)], schema)
    return [found[int(row["_at"])] for row in rows.where(predicate).collect()]


def _read(spark: SparkSession, table: dict, keys: list[str], groups: list[tuple[list[str], list[str]]]) -> Found:
    root = _location(table["StorageDescriptor"])
    uris = [uri for _, uris in groups for uri in uris]
    read = formats.of_table(spark, table)
    if all(uri.startswith(root + "".join(f"{key}={value}/" for key, value in zip(keys, values, strict=True))) for values, uris in groups for uri in uris):
        return read(uris, keys, root)
    frames = [(values, read(uris, [], root)) for values, uris in groups]
    choices = frames[0][1][1]
    whole: DataFrame | None = None
    for values, (frame, _) in frames:
        part = frame.select("*", *(F.lit(value).alias(key) for key, value in zip(keys, values, strict=True)))
        whole = part if whole is None else whole.unionByName(part, allowMissingColumns=True)
    return whole, choices


def from_paths(spark: SparkSession, kind: str | None, connection: dict, options: dict, context: str) -> Found:
    """What is new at some paths. Types: those of the file for Parquet and ORC, inferred for JSON, all texts for CSV, as Glue has it."""
    refuse("connection option", connection, PATH_OPTIONS)
    paths = connection.get("paths") or [connection["path"]]
    fresh = sorted(_fresh(context, [each for path in paths for each in catalog.objects(path)], connection))
    if kind is None:
        raise NotInLab("reading without a format")
    return (formats.of_files(spark, kind, options, fresh), {}) if fresh else (None, {})
