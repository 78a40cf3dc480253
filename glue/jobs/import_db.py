"""import_db: tables of the source database in, raw rows out. Run by EtlOrchestrator after the crawler of the database.

    <table> ──rows changed since the mark, in parts side by side──▶ judged ──▶ raw/<table>/source=external/day=…
                                                                          └──▶ raw/rejected/<channel>/source=external/   (what is no reading)
    state/import_db/<table>.json ◀── the new mark, written after the data

Which rows those are stands in lake/watermark.py, how a read is cut in lake/parts.py, how rows land in lake/delivery.py. A run may end
anywhere: what it published without moving the mark is taken back by the next one. `--full_reload true` reads all rows again, such as
after rows were changed without their time.
"""
import json
import sys
from datetime import UTC, datetime

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from lake import raw, reports, watermark
from lake.channel import Channel
from lake.delivery import Delivery
from lake.parts import Column
from lake.reading_faults import is_held
from lake.readings import MissingColumns, WrongTypes
from lake.source import Reading, Source, one, prints
from lake.store import at, read_json, write_json
from lake.watermark import Mark, Table
from pyspark.context import SparkContext

ARGUMENTS = ["JOB_NAME", "channels", "connection", "tables", "raw_bucket", "state_bucket", "run_id"]
#: Left out, they are as in lake/source.py.
OPTIONAL = ["full_reload", "part_rows", "fetch_rows", "overlap_seconds", "isolation"]


def main() -> None:
    args = getResolvedOptions(sys.argv, ARGUMENTS + [name for name in OPTIONAL if f"--{name}" in sys.argv])
    glue = GlueContext(SparkContext.getOrCreate())
    spark = glue.spark_session
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    job = Job(glue)
    job.init(args["JOB_NAME"], args)
    source = Source(glue, args["connection"], reading(args))
    landing = raw.Landing.now(args["raw_bucket"], "external")
    channels = args["channels"].split(",")
    parts = {
        table["table"]: with_new_login(source, table, landing, at(args["state_bucket"], "state", "import_db", f"{table['table']}.json"), args)
        for table in json.loads(args["tables"]) if table["channel"] in channels
    }
    reports.write_report(spark, args["state_bucket"], reports.report("import_db", args["run_id"], parts))
    job.commit()


def reading(args: dict) -> Reading:
    if args.get("isolation", "default") not in ("default", "snapshot"):
        raise ValueError(f"--isolation is {args['isolation']}; set default or snapshot")
    numbers = {field: int(args[name]) for name, field in (("part_rows", "part_rows"), ("fetch_rows", "fetch_rows"), ("overlap_seconds", "overlap")) if name in args}
    return Reading(**numbers, snapshot=args.get("isolation") == "snapshot")


def with_new_login(source: Source, table: dict, landing: raw.Landing, state: str, args: dict) -> dict:
    """Once more when it failed and the secret was rotated meanwhile; never again with a login that was refused."""
    try:
        return imported(source, table, landing, state, args)
    except Exception:
        if not source.has_new_login():
            raise
        return imported(source, table, landing, state, args)


def imported(source: Source, asked: dict, landing: raw.Landing, state: str, args: dict) -> dict:
    """Land what changed in a table since its mark, then move the mark; counts."""
    spark, channel = source.spark, Channel.load(asked["channel"])
    columns = known_columns(source, asked, channel)
    table = Table(source.engine, asked["table"], columns[asked["watermark"].lower()][0])
    last = Mark.parse(read_json(spark, state))
    delivery = Delivery(spark, channel, landing, asked["table"])
    delivery.recover(last.landed)
    # What was read before counts for nothing in a full reload, but what was landed does.
    known = Mark(landed=last.landed) if args.get("full_reload") == "true" else last
    plan, parts = what_to_read(source, table, known, dict(columns[name] for name in channel.names), cut_column(source, asked, columns))
    counts, mark = {"read": 0, "written": 0, "rejected": {}}, plan.mark
    if parts:
        counts, mark = raw.published(source.rows(table.name, parts, columns), channel, landing, delivery), mark.landed_as(delivery.name)
    if mark != last:
        write_json(spark, state, mark.document(args["run_id"]))
    delivery.settle()
    return {**counts, "watermark": mark.watermark, "parts": len(parts), "unset": mark.unset.rows, "ahead": mark.ahead.rows}


def what_to_read(source: Source, table: Table, known: Mark, fields: dict[str, str], cut_by: Column) -> tuple[watermark.Plan, list[str]]:
    """The plan of a run and the conditions of its parts. The order matters: the upper end, then the prints, then the rows."""
    before, overlap = watermark.horizon(datetime.now(UTC)), source.reading.overlap
    with source.session() as session:
        until = one(session, table.newest(before))
        found = prints(session, table.prints(watermark.groups(table, known, until, before, overlap), fields))
        plan = watermark.plan(table, known, until, before, overlap, found)
        return plan, [*(source.parts(session, table.name, plan.dated, cut_by) if plan.dated else []), *plan.undated]


def known_columns(source: Source, asked: dict, channel: Channel) -> dict[str, tuple[str, str]]:
    """Columns of a table; a fault by name when one that is needed is not there."""
    columns = source.columns(asked["table"])
    needed = [*channel.names, asked["watermark"].lower(), *([asked["split"].lower()] if "split" in asked else [])]
    missing = [each for each in needed if each not in columns]
    if missing:
        raise MissingColumns(f"{asked['table']} has no column {', '.join(missing)}; it has {', '.join(name for name, _ in columns.values())}")
    unlike = [f"{columns[field.name][0]} is {columns[field.name][1]}" for field in channel.fields if not is_held(field, columns[field.name][1])]
    if unlike:
        raise WrongTypes(f"{asked['table']} has columns that can't hold what {channel.name} has there: {', '.join(unlike)}")
    return columns


def cut_column(source: Source, asked: dict, columns: dict[str, tuple[str, str]]) -> Column:
    """The column that a read is cut by: the watermark itself unless another one is set."""
    name, kind = columns[asked.get("split", asked["watermark"]).lower()]
    return Column(source.engine, name, kind, nulls="split" in asked)


if __name__ == "__main__":
    main()
