"""import_s3: exports of past readings in, raw rows out. Run by EtlOrchestrator after the crawler of the exports.

    source_history.<channel> ──new files──▶ looked into ──rows──▶ judged ──▶ raw/<table>/source=history/day=…
                                                │                    └─────▶ raw/rejected/<channel>/source=history/   (the exact line)
                                                └─ can't be read ──────────▶ raw/quarantine/<channel>/                (the exact file)
    state/import_s3/<channel>.json ◀── the files that were taken, written after the data

The catalogue tells where a channel's exports lie; each file is CSV, JSON or Parquet by its own bytes, plain or gzip. What a run
landed before it was ended, but did not note, the next one takes back first and lands again. `--full_reload true` takes all again.
"""
import sys

import boto3
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from lake import raw, reports
from lake.channel import Channel
from lake.delivery import Delivery
from lake.export_rows import rows
from lake.exports import fresh, listed
from lake.inspection import Inspection, again, inspected
from lake.layouts import Limits
from lake.quarantine import keep
from lake.store import at, read_json, write_json
from pyspark.context import SparkContext
from pyspark.sql import SparkSession

ARGUMENTS = ["JOB_NAME", "channels", "source_database", "raw_bucket", "reports_bucket", "run_id", "max_unpacked_megabytes"]

#: Names of files that a report gives of each kind; the rest is counted.
NAMED = 20


def main() -> None:
    optional = ["full_reload"] if "--full_reload" in sys.argv else []
    args = getResolvedOptions(sys.argv, ARGUMENTS + optional)
    glue = GlueContext(SparkContext.getOrCreate())
    spark = glue.spark_session
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    job = Job(glue)
    job.init(args["JOB_NAME"], args)
    landing = raw.Landing.now(args["raw_bucket"], "history")
    limits = Limits(int(args["max_unpacked_megabytes"]) << 20)
    whole = args.get("full_reload") == "true"
    parts = {}
    for name in args["channels"].split(","):
        state = at(args["reports_bucket"], "state", "import_s3", f"{name}.json")
        parts[name] = imported(spark, Channel.load(name), location(args["source_database"], name), landing, state, limits, whole)
    reports.write_report(spark, args["reports_bucket"], reports.report("import_s3", args["run_id"], parts))
    job.commit()


def location(database: str, table: str) -> str:
    return boto3.client("glue").get_table(DatabaseName=database, Name=table)["Table"]["StorageDescriptor"]["Location"]


def imported(spark: SparkSession, channel: Channel, exports: str, landing: raw.Landing, state: str, limits: Limits, whole: bool = False) -> dict:
    """Land what is new of a channel's exports, set aside what can't be read, then write down what was taken; counts."""
    known = read_json(spark, state) or {}
    taken, noted = {} if whole else known.get("files", {}), known.get("landed")
    delivery = Delivery(spark, channel, landing, exports)
    delivery.recover(noted)
    found = listed(exports)
    new, seen = fresh(found, taken)
    inspection = inspected(spark, new, channel.names, limits)
    counts, inspection = landed(spark, inspection, channel, landing, delivery, noted, limits)
    for export, reason in inspection.bad:
        if keep(spark, channel, landing, export, reason):
            print(f"set aside: {export.uri}: {reason}", file=sys.stderr)
            counts["read"] += 1
            counts["rejected"][reason] = counts["rejected"].get(reason, 0) + 1
        else:
            inspection.gone.append(export.uri)
    lost = {*inspection.gone, *inspection.overwritten}
    here = {each.uri for each in found} - lost
    now = {each.uri: each.etag for each in new if each.uri not in lost}
    if new or taken.keys() - here:
        files = {**{uri: etag for uri, etag in taken.items() if uri in here}, **now}
        write_json(spark, state, {"files": files, "landed": delivery.name if inspection.files else noted})
    delivery.settle()
    meanwhile = {kind: sorted(uris)[:NAMED] for kind, uris in (("gone", inspection.gone), ("overwritten", inspection.overwritten)) if uris}
    return {**counts, "files": {**seen, "taken": len(inspection.exports), "set_aside": len(inspection.bad), "lost": len(lost), **meanwhile}}


def landed(spark: SparkSession, inspection: Inspection, channel: Channel, landing: raw.Landing, delivery: Delivery, noted: str | None,
           limits: Limits) -> tuple[dict, Inspection]:
    """Land the rows of all files that can be read. When that fails, files that can't be read after all are left out and the rest is landed."""
    while inspection.files:
        try:
            return raw.published(rows(spark, inspection.files, channel.names, limits), channel, landing, delivery), inspection
        except Exception:
            delivery.recover(noted)
            left = inspection.without(again(spark, inspection, channel.names, limits))
            if len(left.exports) == len(inspection.exports):
                raise
            inspection = left
    return {"read": 0, "written": 0, "rejected": {}}, inspection


if __name__ == "__main__":
    main()
