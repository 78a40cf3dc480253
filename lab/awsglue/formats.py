"""Formats: CSV, JSON, Parquet and ORC as Spark reads them, with the options that Glue names differently."""
from __future__ import annotations

import re
from collections.abc import Callable

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from awsglue.faults import NotInLab, refuse

CSV_OPTIONS = {"withHeader": "header", "separator": "sep", "quoteChar": "quote", "escaper": "escape", "multiLine": "multiLine", "multiline": "multiLine"}
#: What Spark does by itself (it knows compression by a file's name) or what makes Glue's reader quicker.
NO_MATTER = {"compression", "optimizePerformance", "strictCheckForQuoting"}
TEXTS = ("string", "varchar", "char")
CORRUPT = "_corrupt_record"


def of_files(spark: SparkSession, kind: str, options: dict, uris: list[str]) -> DataFrame:
    if kind == "csv":
        return _csv_files(spark, options, uris)
    if kind == "json":
        refuse("json option", options, {"multiline", "multiLine", "jsonPath"} | NO_MATTER)
        return _inside(_json(spark, uris)[0], options.get("jsonPath", "$"))
    if kind in ("parquet", "orc"):
        refuse(f"{kind} option", options, {"useGlueParquetReader"} | NO_MATTER)
        return spark.read.format(kind).load(uris)
    raise NotInLab(f"format {kind}")


def _csv_files(spark: SparkSession, options: dict, uris: list[str]) -> DataFrame:
    refuse("CSV option", options, {*CSV_OPTIONS, "skipFirst"} | NO_MATTER)
    given = {CSV_OPTIONS[name]: _told(value) for name, value in options.items() if name in CSV_OPTIONS}
    if given.get("quote") == "-1":
        given["quote"] = ""
    header = given.get("header") == "true" or _told(options.get("skipFirst", False)) == "true"
    frame = spark.read.options(**{"quote": '"', "escape": '"', **given, "header": str(header).lower()}).csv(uris)
    # Without a header Glue names columns so, and skipFirst only leaves a line out.
    return frame if given.get("header") == "true" else frame.toDF(*(f"col{place}" for place in range(len(frame.columns))))


def _told(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) or str(value).lower() in ("true", "false") else str(value)


def _json(spark: SparkSession, uris: list[str]) -> tuple[DataFrame, dict[str, str]]:
    """One value a line, or values that go over lines: Glue's reader takes both. With the options that it was read with."""
    frame, options = spark.read.json(uris), {"multiLine": "true"}
    if CORRUPT not in frame.columns:
        return frame, {}
    over_lines = spark.read.options(**options).json(uris)
    return (over_lines, options) if CORRUPT not in over_lines.columns else (frame, {})


def _inside(frame: DataFrame, path: str) -> DataFrame:
    """The records that a JsonPath of names and [*] leads to."""
    if not re.fullmatch(r"\$(\.\w+|\[\*\])*", path):
        raise NotInLab(f"jsonPath {path}")
    for step in re.findall(r"\w+|\[\*\]", path):
        if step != "[*]":
            frame = frame.select(F.col(step).alias("_at"))
        elif frame.columns == ["_at"]:
            frame = frame.select(F.explode("_at").alias("_at"))
        # Spark has taken an outermost list apart already.
        if frame.columns == ["_at"] and isinstance(frame.schema["_at"].dataType, T.StructType):
            frame = frame.select("_at.*")
    return frame


def of_table(spark: SparkSession, table: dict) -> Callable[[list[str], list[str], str], tuple[DataFrame, dict[str, str]]]:
    """How objects of a table are read: (URIs, partition keys in their paths, root of the table) → frame and declared types of texts."""
    kind, options = _format(table)
    columns = [(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]]

    def read(uris: list[str], keys: list[str], root: str) -> tuple[DataFrame, dict[str, str]]:
        more = {"basePath": root} if keys else {}
        if kind == "json":
            return _json_table(spark, columns, uris, keys, more)
        choices = {name: declared for name, declared in columns if declared not in TEXTS} if kind == "csv" else {}
        fields = [*((name, "string" if name in choices else declared) for name, declared in columns), *((key, "string") for key in keys)]
        schema = ", ".join(f"`{name}` {declared}" for name, declared in fields)
        return spark.read.format(kind).options(**options, **more).schema(schema).load(uris), choices
    return read


def _json_table(spark: SparkSession, columns: list[tuple[str, str]], uris: list[str], keys: list[str], more: dict[str, str]) -> tuple[DataFrame, dict[str, str]]:
    """Fields are those of the data, under its own names; one that is not always of its declared type is read as text."""
    if len(columns) == 1 and columns[0][0] == "array" and columns[0][1].startswith("array<"):
        # What a crawler makes of a file that is one list: Glue Developer Guide, "Writing JSON custom classifiers".
        lists = spark.read.options(**more).text(uris, wholetext=True)
        return lists.select(F.from_json("value", columns[0][1]).alias("array"), *keys), {}
    frame, layout = _json(spark, uris)
    if keys:
        # Partitions come as texts, whatever their values look like.
        schema = T.StructType([*(field for field in frame.schema if field.name not in keys), *(T.StructField(key, T.StringType()) for key in keys)])
        frame = spark.read.options(**layout, **more).schema(schema).json(uris)
    declared = {name.lower(): kind for name, kind in columns}
    mixed = {name: declared[name.lower()] for name, kind in frame.dtypes if kind == "string" and declared.get(name.lower(), "string") not in TEXTS and name not in keys}
    return frame, {name: kind for name, kind in mixed.items() if "<" not in kind}


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
    if kind in ("parquet", "json", "orc"):
        return kind, {}
    raise NotInLab(f"tables of the classification \"{kind}\" ({table['Name']})")


def excluded(patterns: list[str]) -> Callable[[str], bool]:
    """Glob patterns of `exclusions`, on whole URIs."""
    signs = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    all_of_them = [re.compile(re.sub(r"\*\*|[*?]|[.+^$()|{}\\]", lambda sign: signs.get(sign.group(), "\\" + sign.group()), pattern)) for pattern in patterns]
    return lambda uri: any(pattern.fullmatch(uri) for pattern in all_of_them)
