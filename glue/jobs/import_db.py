"""import_db: tables of the source database in, raw rows out. Run by EtlOrchestrator after the crawler of the database.

    <table> ──rows changed since the mark──▶ judged ──▶ raw/<table>/source=external/day=…   (rest: raw/rejected/<channel>/source=external/)
    state/import_db/<table>.json ◀── the new mark, written after the data

`--full_reload true` reads all rows again, such as after rows were changed without their time.
"""
import json
import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from lake import raw, reports
from lake.channel import Channel
from lake.readings import MissingColumns
from lake.store import at, read_json, write_json
from lake.watermark import Engine, changed, newest
from pyspark.context import SparkContext
from pyspark.sql import DataFrame, SparkSession

ARGUMENTS = ["JOB_NAME", "channels", "connection", "tables", "raw_bucket", "state_bucket", "run_id"]


class Source:
    """The database behind a Glue connection."""

    def __init__(self, glue: GlueContext, connection: str) -> None:
        self.spark: SparkSession = glue.spark_session
        conf = glue.extract_jdbc_conf(connection)
        url = conf.get("fullUrl") or conf["url"]
        self.engine = Engine.of(url)
        # fetchsize: rows come in pieces of this many, so that memory stays flat whatever the table.
        self.options = {"url": url, "driver": self.engine.driver, "user": conf["user"], "password": conf["password"], "fetchsize": "10000"}

    def ask(self, query: str) -> DataFrame:
        return self.spark.read.format("jdbc").options(**self.options, query=query).load()

    def columns(self, table: str) -> dict[str, str]:
        """Columns of a table by their names in lower case."""
        return {name.lower(): name for name in self.ask(f"SELECT * FROM {table} WHERE 1 = 0").columns}

    def newest(self, table: str, column: str) -> str | None:
        row = self.ask(newest(table, column, self.engine)).first()
        return row[0] if row else None


def main() -> None:
    optional = ["full_reload"] if "--full_reload" in sys.argv else []
    args = getResolvedOptions(sys.argv, ARGUMENTS + optional)
    glue = GlueContext(SparkContext.getOrCreate())
    spark = glue.spark_session
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    job = Job(glue)
    job.init(args["JOB_NAME"], args)
    source = Source(glue, args["connection"])
    landing = raw.Landing.now(args["raw_bucket"], "external")
    channels = args["channels"].split(",")
    parts = {
        table["table"]: imported(source, table, landing, at(args["state_bucket"], "state", "import_db", f"{table['table']}.json"), args)
        for table in json.loads(args["tables"]) if table["channel"] in channels
    }
    reports.write_report(spark, args["state_bucket"], reports.report("import_db", args["run_id"], parts))
    job.commit()


def imported(source: Source, table: dict, landing: raw.Landing, state: str, args: dict) -> dict:
    """Land what changed in a table since its mark, then move the mark; counts."""
    name, channel = table["table"], Channel.load(table["channel"])
    columns = source.columns(name)
    missing = [each for each in [*channel.names, table["watermark"].lower()] if each not in columns]
    if missing:
        raise MissingColumns(f"{name} has no column {', '.join(missing)}; it has {', '.join(columns.values())}")
    known = {} if args.get("full_reload") == "true" else read_json(source.spark, state) or {}
    mark = columns[table["watermark"].lower()]
    until = source.newest(name, mark)
    if until is None or until == known.get("watermark"):
        return {"read": 0, "written": 0, "rejected": {}, "watermark": until}
    query = changed(name, [columns[each] for each in channel.names], mark, source.engine, known.get("watermark"), until)
    counts = raw.land(source.ask(query), channel, landing, name)
    write_json(source.spark, state, {"watermark": until, "run_id": args["run_id"]})
    return {**counts, "watermark": until}


if __name__ == "__main__":
    main()
