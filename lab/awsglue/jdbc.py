"""JDBC: tables of a database read and written, through a connection of the catalogue or by what the script says itself.

Options: Glue Developer Guide, "JDBC connections" and "Reading from JDBC tables in parallel".
"""
from __future__ import annotations

import json
import re

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from awsglue import catalog
from awsglue.faults import NotInLab, refuse
from awsglue.job import Job

#: Kinds of connection that are JDBC; AWS ships their drivers, the lab those that lie among its jars.
ENGINES = {"jdbc", "sqlserver", "mysql", "oracle", "postgresql", "redshift", "h2"}
WAY = {"url", "dbtable", "query", "sampleQuery", "user", "password", "secretId", "connectionName", "useConnectionProperties", "customJdbcDriverClassName", "database",
       "redshiftTmpDir", "bulkSize", "ssl", "sslmode", "customJdbcDriverS3Path"}
PARTS = {"hashfield", "hashexpression", "hashpartitions"}
BOOKMARK = {"jobBookmarkKeys", "jobBookmarkKeysSortOrder"}
#: Parallel reads where a script does not say how many: "Reading from JDBC tables in parallel".
HASH_PARTITIONS = 7


def read(spark: SparkSession, options: dict, context: str) -> DataFrame | None:
    """@returns None when the bookmark's keys have nothing new"""
    refuse("connection option", options, WAY | PARTS | BOOKMARK)
    way = _way(options)
    asked = options.get("query") or options.get("sampleQuery")
    source = f"({asked}) asked" if asked else options["dbtable"]
    keys = [key for key in options.get("jobBookmarkKeys", []) if context]
    if keys and len(keys) > 1:
        raise NotInLab("jobBookmarkKeys of more than one column")
    if not keys:
        return _parted(spark, way, source, options, [])
    return _since(spark, way, source, options, keys[0], context)


def _since(spark: SparkSession, way: dict, source: str, options: dict, key: str, context: str) -> DataFrame | None:
    """Rows beyond the key that the last run ended at; it is remembered when this run commits."""
    falls = options.get("jobBookmarkKeysSortOrder", "asc").lower() == "desc"
    edge = _loaded(spark, way, f"(SELECT {'MIN' if falls else 'MAX'}({key}) AS k FROM {source}) edge").select(F.col("k").cast("string")).first()[0]
    bookmark, name = Job.bookmark(), f"{options.get('dbtable', 'query')}.{key}"
    last = bookmark.last(context, name)
    if edge is None or edge == last:
        return None
    bookmark.note(context, {name: edge})
    quoted = [f"'{value}'" if not re.fullmatch(r"-?\d+(\.\d+)?", value) else value for value in (edge, last or edge)]
    wanted = [f"{key} {'>=' if falls else '<='} {quoted[0]}", *([f"{key} {'<' if falls else '>'} {quoted[1]}"] if last is not None else [])]
    return _parted(spark, way, source, options, wanted)


def _parted(spark: SparkSession, way: dict, source: str, options: dict, wanted: list[str]) -> DataFrame:
    by = options.get("hashexpression") or options.get("hashfield")
    count = int(options.get("hashpartitions", HASH_PARTITIONS)) if by else 1
    if wanted:
        source = f"(SELECT * FROM {source} WHERE {' AND '.join(wanted)}) wanted"
    if count < 2 or not _is_number(spark, way, source, by):
        # A field of texts has no hash that all engines share: one part, the same rows.
        return _loaded(spark, way, source)
    parts = [f"ABS(MOD({by}, {count})) = {part}" if "oracle" in way["url"] else f"ABS(({by}) % {count}) = {part}" for part in range(count)]
    return spark.read.format("jdbc").options(**way, dbtable=source).jdbc(
        way["url"], source, predicates=[f"{parts[0]} OR {by} IS NULL", *parts[1:]],
        properties={name: value for name, value in way.items() if name != "url"})


def _is_number(spark: SparkSession, way: dict, source: str, by: str) -> bool:
    kind = _loaded(spark, way, f"(SELECT {by} AS k FROM {source} WHERE 1 = 0) k").dtypes[0][1]
    return kind in ("tinyint", "smallint", "int", "bigint") or kind.startswith("decimal")


def write(frame: DataFrame, options: dict) -> None:
    """Rows are added; a table that is not there is made."""
    refuse("connection option", options, WAY | {"preactions", "postactions"} if not (options.get("preactions") or options.get("postactions")) else WAY)
    frame.write.format("jdbc").options(**_way(options), dbtable=options["dbtable"]).mode("append").save()


def _loaded(spark: SparkSession, way: dict, source: str) -> DataFrame:
    return spark.read.format("jdbc").options(**way, dbtable=source, fetchsize="10000").load()


def _way(options: dict) -> dict[str, str]:
    """URL and login: those of the script before those of the connection it names."""
    conf = catalog.jdbc_conf(options["connectionName"]) if options.get("connectionName") else {}
    if options.get("secretId"):
        secret = json.loads(catalog.client("secretsmanager").get_secret_value(SecretId=options["secretId"])["SecretString"])
        conf = {**conf, "user": secret["username"], "password": secret["password"]}
    url = options.get("url") or _to_database(conf.get("fullUrl", ""), options.get("database"))
    if not url:
        raise ValueError("neither url nor a connectionName was given for a JDBC connection")
    way = {"url": url, "user": options.get("user") or conf.get("user"), "password": options.get("password") or conf.get("password"),
           "driver": options.get("customJdbcDriverClassName") or conf.get("customJDBCDriverClassName")}
    return {name: value for name, value in way.items() if value}


def _to_database(url: str, database: str | None) -> str:
    """The URL of a connection with another database of the same server."""
    if not database:
        return url
    url = re.sub(r"(databaseName=)[^;]*", rf"\g<1>{database}", url)
    return re.sub(r"^(jdbc:(?:mysql|postgresql|redshift)://[^/?]+)(?:/[^?]*)?", rf"\g<1>/{database}", url)
