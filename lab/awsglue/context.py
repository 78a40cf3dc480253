"""GlueContext: Spark's session with the catalogue's tables, connections and files as DynamicFrames."""
from __future__ import annotations

import logging

from pyspark.context import SparkContext
from pyspark.sql import DataFrame, SparkSession

from awsglue import catalog, sources
from awsglue.dynamicframe import DynamicFrame
from awsglue.faults import NotInLab, refuse

#: Names of AWS's GlueContext that a plain Spark session has too.
OF_SPARK = ["sql", "table", "read", "createDataFrame", "range", "udf", "catalog", "streams"]


class _Reader:
    """glueContext.create_dynamic_frame.from_…"""

    def __init__(self, context: GlueContext) -> None:
        self._context = context

    def from_catalog(self, database: str | None = None, table_name: str | None = None, redshift_tmp_dir: str = "", transformation_ctx: str = "",
                     push_down_predicate: str = "", additional_options: dict | None = None, catalog_id: str | None = None, **more: object) -> DynamicFrame:
        """A table of the catalogue; without columns when its bookmark has nothing new."""
        name = more.pop("name_space", None) or database
        refuse("create_dynamic_frame.from_catalog", more, set())
        refuse("additional option", additional_options or {}, sources.CATALOG_OPTIONS)
        frame, choices = sources.from_table(self._context.spark_session, name, table_name, push_down_predicate, transformation_ctx)
        return DynamicFrame(frame, self._context, table_name, choices)

    def from_options(self, connection_type: str, connection_options: dict | None = None, format: str | None = None,
                     format_options: dict | None = None, transformation_ctx: str = "", **more: object) -> DynamicFrame:
        refuse("create_dynamic_frame.from_options", more, {"push_down_predicate"} if not more.get("push_down_predicate") else set())
        if connection_type in ("s3", "file"):
            frame, choices = sources.from_paths(self._context.spark_session, format, connection_options or {}, format_options or {}, transformation_ctx)
            return DynamicFrame(frame, self._context, "", choices)
        return DynamicFrame(self._context._jdbc(connection_type, connection_options or {}), self._context)

    def __getattr__(self, name: str):
        raise NotInLab(f"create_dynamic_frame.{name}")


class _FrameReader:
    """glueContext.create_data_frame.from_…: tables that Spark reads by itself, such as Iceberg's."""

    def __init__(self, context: GlueContext) -> None:
        self._context = context

    def from_catalog(self, database: str, table_name: str, **more: object) -> DataFrame:
        refuse("create_data_frame.from_catalog", {name: value for name, value in more.items() if value}, set())
        if catalog.table(database, table_name).get("Parameters", {}).get("table_type", "").upper() == "ICEBERG":
            return self._context.spark_session.table(f"glue_catalog.{database}.{table_name}")
        return self._context.create_dynamic_frame.from_catalog(database=database, table_name=table_name).toDF()

    def __getattr__(self, name: str):
        raise NotInLab(f"create_data_frame.{name}")


class _Writer:
    """glueContext.write_dynamic_frame.from_…"""

    def from_options(self, frame: DynamicFrame, connection_type: str, connection_options: dict | None = None, format: str | None = None,
                     format_options: dict | None = None, transformation_ctx: str = "") -> DynamicFrame:
        connection = connection_options or {}
        if connection_type not in ("s3", "file"):
            raise NotInLab(f"writing to connection type {connection_type}")
        refuse("connection option", connection, {"path", "partitionKeys", "compression"})
        self._write(frame, connection["path"], format, connection.get("partitionKeys", []), format_options or {}, connection.get("compression"))
        return frame

    def from_catalog(self, frame: DynamicFrame, database: str, table_name: str, redshift_tmp_dir: str = "", transformation_ctx: str = "",
                     additional_options: dict | None = None, catalog_id: str | None = None) -> DynamicFrame:
        """Files are added at the table's location; the catalogue itself is not changed."""
        options = additional_options or {}
        refuse("additional option", options, {"partitionKeys"})
        table = catalog.table(database, table_name)
        self._write(frame, table["StorageDescriptor"]["Location"], table["Parameters"]["classification"], options.get("partitionKeys", []), {}, None)
        return frame

    def _write(self, frame: DynamicFrame, path: str, kind: str | None, keys: list[str], options: dict, compression: str | None) -> None:
        kind = "parquet" if kind == "glueparquet" else kind
        if kind not in ("parquet", "json", "csv"):
            raise NotInLab(f"writing format {kind}")
        known = {"csv": {"separator": "sep", "quoteChar": "quote", "writeHeader": "header"}, "parquet": {"compression": "compression"}}.get(kind, {})
        refuse(f"{kind} option", options, set(known))
        given = {known[name]: str(value).lower() if isinstance(value, bool) else value for name, value in options.items()}
        if kind == "csv":
            given = {"header": "true", **given}
        if compression:
            given["compression"] = compression
        writer = frame.toDF().write.mode("append").options(**given)
        (writer.partitionBy(*keys) if keys else writer).format(kind).save(path)

    def __getattr__(self, name: str):
        raise NotInLab(f"write_dynamic_frame.{name}")


class GlueContext:
    def __init__(self, spark_context: SparkContext, **more: object) -> None:
        refuse("GlueContext", more, set())
        self.spark_session = SparkSession(spark_context)
        self.create_dynamic_frame = _Reader(self)
        self.create_data_frame = _FrameReader(self)
        self.write_dynamic_frame = _Writer()

    def create_dynamic_frame_from_catalog(self, database: str, table_name: str, **more: object) -> DynamicFrame:
        return self.create_dynamic_frame.from_catalog(database=database, table_name=table_name, **more)

    def create_dynamic_frame_from_options(self, connection_type: str, connection_options: dict, **more: object) -> DynamicFrame:
        return self.create_dynamic_frame.from_options(connection_type, connection_options, **more)

    def write_dynamic_frame_from_options(self, frame: DynamicFrame, connection_type: str, **more: object) -> DynamicFrame:
        return self.write_dynamic_frame.from_options(frame, connection_type, **more)

    def extract_jdbc_conf(self, connection_name: str, catalog_id: str | None = None) -> dict[str, str]:
        """url, user, password and the rest of a connection; the secret it names is read now, so a rotated one is seen."""
        return catalog.jdbc_conf(connection_name)

    def get_logger(self) -> logging.Logger:
        return logging.getLogger("glue")

    def _jdbc(self, connection_type: str, options: dict) -> DataFrame:
        known = {"url", "dbtable", "user", "password", "customJdbcDriverClassName", "useConnectionProperties", "connectionName"}
        refuse("connection option", options, known)
        conf = catalog.jdbc_conf(options["connectionName"]) if str(options.get("useConnectionProperties")).lower() == "true" else {}
        url = options.get("url", conf.get("fullUrl"))
        if not url:
            raise NotInLab(f"connection type {connection_type}")
        read = {"url": url, "dbtable": options["dbtable"], "user": options.get("user", conf.get("user")), "password": options.get("password", conf.get("password"))}
        if options.get("customJdbcDriverClassName"):
            read["driver"] = options["customJdbcDriverClassName"]
        return self.spark_session.read.format("jdbc").options(**read).load()

    def __getattr__(self, name: str):
        if name in OF_SPARK:
            return getattr(self.spark_session, name)
        raise NotInLab(f"GlueContext.{name}")
