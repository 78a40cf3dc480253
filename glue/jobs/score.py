"""score: the scores of all rooms in, the table of anomalies out. Run by EtlOrchestrator; a rerun changes nothing.

    index/ + scores/ ──line by line──▶ scored ──threshold a room──▶ judged ──differing──MERGE──▶ temperatures_db.anomalies

What an anomaly is stands in lake/anomalies.py; here there is only reading and writing.
"""
import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from lake import anomalies, reports, tables
from lake.channel import Channel
from lake.store import at
from pyspark import StorageLevel
from pyspark.context import SparkContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

ARGUMENTS = ["JOB_NAME", "channel", "lake_database", "lake_bucket", "warehouse", "run_id"]

#: timestamp without a zone, as in the curated table; by month, since one model's rescoring touches whole series.
COLUMNS = "timestamp TIMESTAMP_NTZ, room_id STRING, value DOUBLE, score DOUBLE, threshold DOUBLE, anomaly BOOLEAN, run_id STRING"


def main() -> None:
    args = getResolvedOptions(sys.argv, ARGUMENTS)
    glue = GlueContext(SparkContext.getOrCreate())
    glue.spark_session.conf.set("spark.sql.session.timeZone", "UTC")
    job = Job(glue)
    job.init(args["JOB_NAME"], args)
    counts, rooms = score(glue.spark_session, Channel.load(args["channel"]), args["lake_bucket"], args["lake_database"], args["run_id"])
    report = reports.report("score", args["run_id"], {args["channel"]: counts}, rooms=rooms)
    reports.write_report(glue.spark_session, args["lake_bucket"], report)
    job.commit()


def score(spark: SparkSession, channel: Channel, bucket: str, database: str, run_id: str) -> tuple[dict, list[dict]]:
    """Bring the table up to date; counts, and what each room came to."""
    name = f"{tables.CATALOG}.{database}.anomalies"
    spark.sql(f"CREATE TABLE IF NOT EXISTS {name} ({COLUMNS}) USING iceberg PARTITIONED BY (months(timestamp)) TBLPROPERTIES ('format-version' = '2')")
    rows = judged(spark, channel, bucket).persist(StorageLevel.MEMORY_AND_DISK)
    rooms = [row.asDict() for row in rows.groupBy("room_id").agg(
        F.count("*").alias("rows"), F.first("threshold").alias("threshold"), F.count_if("anomaly").alias("anomalies")).orderBy("room_id").collect()]
    counts = merged(spark, channel, name, rows, run_id)
    total = sum(room["rows"] for room in rooms)
    rows.unpersist()
    return {"read": total, "unchanged": total - counts["written"], **counts}, rooms


def judged(spark: SparkSession, channel: Channel, bucket: str) -> DataFrame:
    """Every scored reading of every room with its verdict."""
    index = anomalies.files_of(spark, at(bucket, "index", channel.name), ".csv")
    scores = anomalies.files_of(spark, at(bucket, "scores", channel.name), ".csv.out")
    rows = anomalies.scored(anomalies.paired(index, scores))
    unreadable = anomalies.unreadable(rows)
    if unreadable:
        raise anomalies.Misaligned(f"a line of index or scores can't be read in room {', '.join(unreadable)}")
    return anomalies.judged(rows)


def merged(spark: SparkSession, channel: Channel, name: str, rows: DataFrame, run_id: str) -> dict:
    """Merge what differs; without a difference nothing is committed."""
    changes = anomalies.differing(rows, spark.table(name)).withColumn("run_id", F.lit(run_id)).persist(StorageLevel.MEMORY_AND_DISK)
    found = changes.agg(
        F.count_if("_new").alias("inserted"), F.count_if(~F.col("_new")).alias("updated"),
        F.min("timestamp").alias("first"), F.max("timestamp").alias("last")).first()
    written = found["inserted"] + found["updated"]
    if written:
        tables.merge(spark, name, changes.drop("_new"), channel, (found["first"], found["last"]))
    changes.unpersist()
    return {"inserted": found["inserted"], "updated": found["updated"], "written": written}


if __name__ == "__main__":
    main()
