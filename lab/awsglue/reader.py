"""Reader: glueContext.create_dynamic_frame.from_… and create_data_frame.from_…"""
from __future__ import annotations

from pyspark.sql import DataFrame

from awsglue import catalog, jdbc, sources
from awsglue.dynamicframe import DynamicFrame
from awsglue.faults import NotInLab, refuse

FILES = ("s3", "file")


def named(database: str | None, table_name: str | None, more: dict) -> tuple[str, str]:
    """Database and table; name_space is the older word for the first."""
    database = more.pop("name_space", None) or database
    if not database or not table_name:
        raise ValueError(f"Parameter {'table_name' if database else 'database'} is missing.")
    return database, table_name


class DynamicFrameReader:
    def __init__(self, glue_context: object) -> None:
        self._context = glue_context

    def from_rdd(self, data: object, name: str, schema: object = None, sampleRatio: float | None = None) -> DynamicFrame:
        return DynamicFrame(self._context.spark_session.createDataFrame(data, schema, sampleRatio), self._context, name)

    def from_catalog(self, database: str | None = None, table_name: str | None = None, redshift_tmp_dir: str = "", transformation_ctx: str = "",
                     push_down_predicate: str = "", additional_options: dict | None = None, catalog_id: str | None = None, **more: object) -> DynamicFrame:
        """A table of the catalogue; without columns when its bookmark has nothing new."""
        database, table_name = named(database, table_name, more)
        refuse("create_dynamic_frame.from_catalog", more, set())
        frame, choices = sources.from_table(self._context.spark_session, database, table_name, push_down_predicate, transformation_ctx, additional_options or {})
        return DynamicFrame(frame, self._context, table_name, choices)

    def from_options(self, connection_type: str, connection_options: dict | None = None, format: str | None = None,
                     format_options: dict | None = None, transformation_ctx: str = "", push_down_predicate: str = "", **more: object) -> DynamicFrame:
        refuse("create_dynamic_frame.from_options", {**more, **({"push_down_predicate": 1} if push_down_predicate else {})}, set())
        spark, options = self._context.spark_session, connection_options or {}
        if connection_type in FILES:
            return DynamicFrame(*_first(sources.from_paths(spark, format, options, format_options or {}, transformation_ctx), self._context))
        if connection_type in jdbc.ENGINES:
            return DynamicFrame(jdbc.read(spark, options, transformation_ctx), self._context)
        raise NotInLab(f"connection type {connection_type}")

    def __getattr__(self, name: str):
        raise NotInLab(f"create_dynamic_frame.{name}")


def _first(found: sources.Found, context: object) -> tuple:
    frame, choices = found
    return frame, context, "", choices


class DataSource:
    """What glueContext.getSource gives."""

    def __init__(self, reader: DynamicFrameReader, connection_type: str, context: str, options: dict) -> None:
        self._reader, self._kind, self._context, self._options = reader, connection_type, context, options
        self._format: tuple[str | None, dict] = (None, {})

    def setFormat(self, format: str, **options: object) -> None:
        self._format = (format, options)

    def getFrame(self, **partitions: object) -> DynamicFrame:
        return self._reader.from_options(self._kind, self._options, *self._format, transformation_ctx=self._context)


class DataFrameReader:
    """Tables that Spark reads by itself, such as Iceberg's."""

    def __init__(self, glue_context: object) -> None:
        self._context = glue_context

    def from_catalog(self, database: str | None = None, table_name: str | None = None, **more: object) -> DataFrame:
        database, table_name = named(database, table_name, more)
        if catalog.table(database, table_name).get("Parameters", {}).get("table_type", "").upper() == "ICEBERG":
            refuse("create_data_frame.from_catalog", {name: value for name, value in more.items() if value}, set())
            return self._context.spark_session.table(f"glue_catalog.{database}.{table_name}")
        return self._context.create_dynamic_frame.from_catalog(database, table_name, **more).toDF()

    def from_options(self, connection_type: str, connection_options: dict | None = None, format: str | None = None, **more: object) -> DataFrame:
        return self._context.create_dynamic_frame.from_options(connection_type, connection_options, format, **more).toDF()

    def __getattr__(self, name: str):
        raise NotInLab(f"create_data_frame.{name}")
