"""curate: what landed in, the curated tables out. Run by EtlOrchestrator after the crawler of the lake; a rerun changes nothing.

    raw_temperatures.<table> ──new files──▶ conformed ──▶ latest ──▶ differing ──MERGE──▶ temperatures_db.<table>
                                                                                   └──▶ training/ and index/ of the rooms that changed

What a curated reading is stands in lake/readings.py; here there is only reading and writing.
"""
import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from lake import readings, reports, tables, training
from lake.channel import Channel
from pyspark import StorageLevel
from pyspark.context import SparkContext
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

ARGUMENTS = ["JOB_NAME", "channels", "raw_database", "lake_database", "lake_bucket", "warehouse", "run_id", "train_channel", "shingle", "partition_by"]


def main() -> None:
    args = getResolvedOptions(sys.argv, ARGUMENTS)
    glue = GlueContext(SparkContext.getOrCreate())
    spark = glue.spark_session
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    job = Job(glue)
    job.init(args["JOB_NAME"], args)
    parts, rooms = {}, []
    for channel in map(Channel.load, args["channels"].split(",")):
        name = tables.curated_name(args["lake_database"], channel)
        tables.create_if_missing(spark, name, channel, args["partition_by"])
        before = tables.snapshot(spark, name)
        parts[channel.name], touched = curated(glue, channel, name, args["raw_database"])
        if channel.name == args["train_channel"]:
            rooms = training.refreshed(spark, channel, name, args["lake_bucket"], int(args["shingle"]), before, touched)
    reports.write_report(spark, args["lake_bucket"], reports.report("curate", args["run_id"], parts, rooms=rooms))
    job.commit()


def curated(glue: GlueContext, channel: Channel, name: str, raw_database: str) -> tuple[dict, list[str]]:
    """Bring a curated table up to date; counts, and the rooms of which a reading changed."""
    counts = {"read": 0, "written": 0, "rejected": {}, "duplicates": 0, "inserted": 0, "updated": 0, "unchanged": 0}
    landed = glue.create_dynamic_frame.from_catalog(
        database=raw_database, table_name=channel.table, transformation_ctx=f"landed_{channel.name}").toDF()
    if not landed.columns:  # no new file
        return counts, []
    rows = readings.conformed(landed, channel).persist(StorageLevel.MEMORY_AND_DISK)
    whole = readings.complete(rows, channel)
    seen = rows.agg(F.count("*"), F.count_if(whole), F.min(channel.time), F.max(channel.time)).first()
    read, fit, first, last = seen
    counts |= {"read": read, "rejected": {"a field is missing": read - fit} if read > fit else {}}
    touched: list[str] = []
    if fit:
        unique = tables.without_zone(readings.latest(rows.where(whole), channel)).persist(StorageLevel.MEMORY_AND_DISK)
        changes, touched = merged(glue, channel, name, unique, (first, last))
        total = unique.count()
        counts |= changes | {"duplicates": fit - total, "unchanged": total - changes["written"]}
        unique.unpersist()
    rows.unpersist()
    return counts, touched


def merged(glue: GlueContext, channel: Channel, name: str, unique: DataFrame, span: tuple) -> tuple[dict, list[str]]:
    """Merge what differs; without a difference nothing is committed."""
    spark = glue.spark_session
    known = tables.between(spark.table(name), channel, *span)
    # Cut off from where it comes from: the place of a row in a file is nothing that MERGE would compute twice.
    changes = readings.differing(unique, known, channel).localCheckpoint()
    found = changes.groupBy(channel.key).agg(F.count_if("_new").alias("inserted"), F.count_if(~F.col("_new")).alias("updated")).collect()
    inserted, updated = (sum(row[what] for row in found) for what in ("inserted", "updated"))
    if found:
        tables.merge(spark, name, changes.drop("_new"), channel, span)
    return {"inserted": inserted, "updated": updated, "written": inserted + updated}, sorted(row[channel.key] for row in found)


if __name__ == "__main__":
    main()
