"""import_s3: exports of past readings in, raw rows out. Run by EtlOrchestrator after the crawler of the exports.

    source_history.<channel> ──new files──▶ judged ──▶ raw/<table>/source=history/day=…   (rest: raw/rejected/<channel>/source=history/)

Bookmarks remember which files were read; a run that fails before its end reads them again, and the curated table takes each reading once.
"""
import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from lake import raw, reports
from lake.channel import Channel
from pyspark.context import SparkContext

ARGUMENTS = ["JOB_NAME", "channels", "source_database", "raw_bucket", "reports_bucket", "run_id"]


def main() -> None:
    args = getResolvedOptions(sys.argv, ARGUMENTS)
    glue = GlueContext(SparkContext.getOrCreate())
    spark = glue.spark_session
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    job = Job(glue)
    job.init(args["JOB_NAME"], args)
    landing = raw.Landing.now(args["raw_bucket"], "history")
    parts = {name: imported(glue, Channel.load(name), args["source_database"], landing) for name in args["channels"].split(",")}
    reports.write_report(spark, args["reports_bucket"], reports.report("import_s3", args["run_id"], parts))
    job.commit()


def imported(glue: GlueContext, channel: Channel, database: str, landing: raw.Landing) -> dict:
    """Read what is new of a channel's exports and land it; counts."""
    table = f"{database}.{channel.name}"
    frame = glue.create_dynamic_frame.from_catalog(database=database, table_name=channel.name, transformation_ctx=f"exports_{channel.name}")
    if not frame.toDF().columns:  # no new file
        return {"read": 0, "written": 0, "rejected": {}}
    # A crawler infers types from a sample; where a file holds something else the value stays as it was written.
    texts = frame.resolveChoice(specs=[(name, "cast:string") for name in channel.names])
    return raw.land(texts.toDF(), channel, landing, table)


if __name__ == "__main__":
    main()
