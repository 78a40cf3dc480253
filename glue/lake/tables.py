"""Tables: the curated Iceberg tables, made when missing and changed by MERGE only."""
from __future__ import annotations

import time

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lake.channel import Channel

#: Name of the Spark catalogue that the job's `--conf` sets up on the Glue Data Catalog.
CATALOG = "glue_catalog"

#: Times without a zone: all are UTC, and QuickSight can't read `timestamp with time zone`.
ICEBERG_TYPES = {"timestamp": "TIMESTAMP_NTZ", "string": "STRING", "double": "DOUBLE", "int": "INT", "bigint": "BIGINT"}

#: Another writer won: Iceberg refuses a commit or its validation, and the statement may be tried again.
CONFLICTS = ("CommitFailedException", "ValidationException")
TRIES = 5


def curated_name(database: str, channel: Channel) -> str:
    return f"{CATALOG}.{database}.{channel.table}"


def create_if_missing(spark: SparkSession, name: str, channel: Channel, partition_by: str) -> None:
    """`partition_by` is day or month; a table that is there keeps the partitions it has."""
    transform = {"day": "days", "month": "months"}[partition_by]
    columns = [f"`{field.name}` {ICEBERG_TYPES[field.type]} COMMENT {_quoted(field.comment)}" for field in channel.fields]
    columns += ["thing STRING", f"received_at {ICEBERG_TYPES['timestamp']}", "source STRING"]
    spark.sql(f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(columns)}) USING iceberg "
              f"PARTITIONED BY ({transform}(`{channel.time}`)) TBLPROPERTIES ('format-version' = '2')")


def without_zone(rows: DataFrame) -> DataFrame:
    """Times as the curated table has them: UTC, no zone."""
    return rows.select(*(F.col(name).cast("timestamp_ntz").alias(name) if kind == "timestamp" else F.col(name) for name, kind in rows.dtypes))


def between(table: DataFrame, channel: Channel, first: object, last: object) -> DataFrame:
    """Rows of a span of time; whole days outside it are not read."""
    return table.where(F.col(channel.time).between(F.lit(str(first)).cast("timestamp_ntz"), F.lit(str(last)).cast("timestamp_ntz")))


def snapshot(spark: SparkSession, name: str) -> int | None:
    """The version that readers see now; None for a table that was never written."""
    table = spark._jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(spark._jsparkSession, name)
    current = table.currentSnapshot()
    return current.snapshotId() if current is not None else None


def merge(spark: SparkSession, name: str, changes: DataFrame, channel: Channel, span: tuple[object, object]) -> None:
    """Insert or update `changes` in one commit; tried again when another writer was faster."""
    changes.createOrReplaceTempView("changes")
    same = " AND ".join(f"t.`{column}` = s.`{column}`" for column in channel.identity)
    first, last = (f"TIMESTAMP_NTZ {_quoted(str(edge))}" for edge in span)
    statement = (f"MERGE INTO {name} t USING changes s ON {same} AND t.`{channel.time}` BETWEEN {first} AND {last} "
                 "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")
    for attempt in range(1, TRIES + 1):
        try:
            spark.sql(statement)
            return
        except Exception as fault:
            if attempt == TRIES or not any(conflict in str(fault) for conflict in CONFLICTS):
                raise
            time.sleep(2 ** attempt)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
