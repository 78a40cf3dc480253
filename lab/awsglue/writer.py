"""Writer: glueContext.write_dynamic_frame.from_… and the sinks of getSink."""
from __future__ import annotations

from pyspark.sql import DataFrame

from awsglue import catalog, jdbc, update
from awsglue.collection import DynamicFrameCollection
from awsglue.dynamicframe import DynamicFrame
from awsglue.faults import NotInLab, refuse
from awsglue.reader import FILES, named

S3_OPTIONS = {"path", "partitionKeys", "compression", "enableUpdateCatalog", "updateBehavior", "useGlueParquetWriter", "groupFiles", "groupSize"}
CSV_OPTIONS = {"separator": "sep", "quoteChar": "quote", "writeHeader": "header"}
#: How a writer buffers, and what Spark's own writer does in any case.
NO_MATTER = {"useGlueParquetWriter", "blockSize", "pageSize", "optimizePerformance"}


class DataSink:
    """A place that frames are written to, and what the catalogue shall say of it then."""

    def __init__(self, context: object, connection_type: str, options: dict) -> None:
        self._context, self._kind, self._options = context, connection_type, options
        self._format: tuple[str | None, dict] = (options.pop("format", None), {})
        self._table: tuple[str, str] | None = None

    def setFormat(self, format: str, **options: object) -> None:
        self._format = (format, options)

    def setCatalogInfo(self, catalogDatabase: str, catalogTableName: str, catalogId: str = "") -> None:
        self._table = (catalogDatabase, catalogTableName)

    def setAccumulableSize(self, size: int) -> None:
        """How many error records a sink keeps; here a frame keeps all of them."""

    def write(self, frames: DynamicFrame | DynamicFrameCollection, info: str = ""):
        if isinstance(frames, DynamicFrameCollection):
            return DynamicFrameCollection([self._into(frame, frame.name) for frame in frames.values()], self._context)
        return self._into(frames, "")

    writeFrame = write

    def writeDataFrame(self, frame: DataFrame, glue_context: object, info: str = "") -> DataFrame:
        return self._into(DynamicFrame(frame, self._context), "").toDF()

    def _into(self, frame: DynamicFrame, name: str) -> DynamicFrame:
        """@param name of a frame of a collection, which becomes the table or the folder"""
        if self._kind in jdbc.ENGINES:
            jdbc.write(frame.toDF(), {**self._options, **({"dbtable": name} if name else {})})
        elif self._kind in FILES:
            place = f"{self._options['path'].rstrip('/')}/{name}/" if name else self._options["path"]
            self._save(frame.toDF(), place)
        else:
            raise NotInLab(f"writing to connection type {self._kind}")
        return frame

    def _save(self, frame: DataFrame, path: str) -> None:
        refuse("connection option", self._options, S3_OPTIONS)
        kind, options = self._format
        keys = self._options.get("partitionKeys") or []
        written = "parquet" if kind == "glueparquet" else kind
        if written not in ("parquet", "json", "csv", "orc"):
            raise NotInLab(f"writing format {kind}")
        known = {**(CSV_OPTIONS if written == "csv" else {}), "compression": "compression"}
        refuse(f"{written} option", options, set(known) | NO_MATTER)
        given = {known[name]: str(value).lower() if isinstance(value, bool) else str(value) for name, value in options.items() if name in known}
        if written == "csv":
            given = {"header": "true", "escape": '"', **given, **({"quote": ""} if given.get("quote") == "-1" else {})}
        if self._options.get("compression"):
            given["compression"] = self._options["compression"]
        writer = frame.write.mode("append").options(**given)
        (writer.partitionBy(*keys) if keys else writer).format(written).save(path)
        if str(self._options.get("enableUpdateCatalog", False)).lower() == "true":
            if not self._table:
                raise ValueError("enableUpdateCatalog needs setCatalogInfo")
            update.table(self._table, frame, path, written, keys, self._options.get("updateBehavior", "UPDATE_IN_DATABASE"))


class DynamicFrameWriter:
    def __init__(self, glue_context: object) -> None:
        self._context = glue_context

    def from_options(self, frame: DynamicFrame | DynamicFrameCollection, connection_type: str, connection_options: dict | None = None, format: str | None = None,
                     format_options: dict | None = None, transformation_ctx: str = ""):
        sink = DataSink(self._context, connection_type, dict(connection_options or {}))
        sink.setFormat(format, **(format_options or {}))
        return sink.write(frame)

    def from_catalog(self, frame: DynamicFrame, database: str | None = None, table_name: str | None = None, redshift_tmp_dir: str = "", transformation_ctx: str = "",
                     additional_options: dict | None = None, catalog_id: str | None = None, **more: object):
        """Files are added at the table's location; the catalogue changes only where `enableUpdateCatalog` says so."""
        database, table_name = named(database, table_name, more)
        table = catalog.table(database, table_name)
        if table.get("Parameters", {}).get("connectionName"):
            sink = DataSink(self._context, "jdbc", {"connectionName": table["Parameters"]["connectionName"], "dbtable": table["StorageDescriptor"]["Location"].split(".", 1)[-1]})
            return sink.write(frame)
        keys = [key["Name"] for key in table.get("PartitionKeys", [])]
        sink = DataSink(self._context, "s3", {"path": table["StorageDescriptor"]["Location"], "partitionKeys": keys, **(additional_options or {})})
        sink.setFormat(table["Parameters"]["classification"])
        sink.setCatalogInfo(database, table_name)
        return sink.write(frame)

    def from_jdbc_conf(self, frame: DynamicFrame | DynamicFrameCollection, catalog_connection: str, connection_options: dict | None = None,
                       redshift_tmp_dir: str = "", transformation_ctx: str = ""):
        return DataSink(self._context, "jdbc", {**(connection_options or {}), "connectionName": catalog_connection}).write(frame)

    def __getattr__(self, name: str):
        raise NotInLab(f"write_dynamic_frame.{name}")
