"""GlueContext: Spark's session with the catalogue's tables, connections and files as DynamicFrames."""
from __future__ import annotations

import logging
import sys
import time

from pyspark.context import SparkContext
from pyspark.sql import DataFrame, SparkSession

from awsglue import catalog
from awsglue.collection import DynamicFrameCollection
from awsglue.dynamicframe import DynamicFrame
from awsglue.faults import NotInLab, refuse
from awsglue.purge import purged
from awsglue.reader import DataFrameReader, DataSource, DynamicFrameReader
from awsglue.writer import DataSink, DynamicFrameWriter

#: Names of AWS's GlueContext that a plain Spark session has too.
OF_SPARK = ["sql", "table", "read", "createDataFrame", "range", "udf", "catalog", "streams", "conf", "newSession"]


class GlueContext:
    def __init__(self, sparkContext: SparkContext | None = None, **options: object) -> None:
        refuse("GlueContext", options, {"minPartitions", "targetPartitions"})
        self._sc = sparkContext or SparkContext.getOrCreate()
        self.spark_session = self.sparkSession = SparkSession(self._sc)
        self.create_dynamic_frame = DynamicFrameReader(self)
        self.create_data_frame = DataFrameReader(self)
        self.write_dynamic_frame = DynamicFrameWriter(self)

    def create_dynamic_frame_from_catalog(self, database: str | None = None, table_name: str | None = None, *args: object, **more: object) -> DynamicFrame:
        return self.create_dynamic_frame.from_catalog(database, table_name, *args, **more)

    def create_dynamic_frame_from_options(self, connection_type: str, connection_options: dict | None = None, *args: object, **more: object) -> DynamicFrame:
        return self.create_dynamic_frame.from_options(connection_type, connection_options, *args, **more)

    def create_dynamic_frame_from_rdd(self, data: object, name: str, schema: object = None, sample_ratio: float | None = None, transformation_ctx: str = "") -> DynamicFrame:
        return self.create_dynamic_frame.from_rdd(data, name, schema, sample_ratio)

    def create_data_frame_from_catalog(self, database: str | None = None, table_name: str | None = None, **more: object) -> DataFrame:
        return self.create_data_frame.from_catalog(database, table_name, **more)

    def create_sample_dynamic_frame_from_catalog(self, database: str, table_name: str, num: int | None = None, sample_options: dict | None = None, **more: object) -> DynamicFrame:
        return self._sampled(self.create_dynamic_frame.from_catalog(database, table_name, **more), num)

    def create_sample_dynamic_frame_from_options(self, connection_type: str, connection_options: dict | None = None, num: int | None = None,
                                                 sample_options: dict | None = None, **more: object) -> DynamicFrame:
        return self._sampled(self.create_dynamic_frame.from_options(connection_type, connection_options, **more), num)

    def _sampled(self, frame: DynamicFrame, num: int | None) -> DynamicFrame:
        return frame if num is None else DynamicFrame.fromDF(frame.toDF().limit(int(num)), self, frame.name)

    def getSource(self, connection_type: str, format: str | None = None, transformation_ctx: str = "", push_down_predicate: str = "", **options: object) -> DataSource:
        refuse("getSource", {"push_down_predicate": 1} if push_down_predicate else {}, set())
        source = DataSource(self.create_dynamic_frame, connection_type, transformation_ctx, options)
        if format:
            source.setFormat(format)
        return source

    def getSink(self, connection_type: str, format: str | None = None, transformation_ctx: str = "", **options: object) -> DataSink:
        sink = DataSink(self, connection_type, options)
        if format:
            sink.setFormat(format)
        return sink

    def write_dynamic_frame_from_options(self, frame: DynamicFrame, connection_type: str, *args: object, **more: object):
        return self.write_dynamic_frame.from_options(frame, connection_type, *args, **more)

    def write_dynamic_frame_from_catalog(self, frame: DynamicFrame, database: str | None = None, table_name: str | None = None, *args: object, **more: object):
        return self.write_dynamic_frame.from_catalog(frame, database, table_name, *args, **more)

    def write_dynamic_frame_from_jdbc_conf(self, frame: DynamicFrame, catalog_connection: str, *args: object, **more: object):
        return self.write_dynamic_frame.from_jdbc_conf(frame, catalog_connection, *args, **more)

    def write_from_options(self, frame_or_dfc: DynamicFrame | DynamicFrameCollection, connection_type: str, *args: object, **more: object):
        return self.write_dynamic_frame.from_options(frame_or_dfc, connection_type, *args, **more)

    def write_from_jdbc_conf(self, frame_or_dfc: DynamicFrame | DynamicFrameCollection, catalog_connection: str, *args: object, **more: object):
        return self.write_dynamic_frame.from_jdbc_conf(frame_or_dfc, catalog_connection, *args, **more)

    def extract_jdbc_conf(self, connection_name: str, catalog_id: str | None = None) -> dict[str, str]:
        """url, user, password and the rest of a connection; the secret it names is read now, so a rotated one is seen."""
        return catalog.jdbc_conf(connection_name)

    def purge_s3_path(self, s3_path: str, options: dict | None = None, transformation_ctx: str = "") -> None:
        """Delete objects below a path that are older than `retentionPeriod` hours, a week where nothing is said."""
        purged(s3_path, options or {})

    def purge_table(self, database: str, table_name: str, options: dict | None = None, transformation_ctx: str = "", catalog_id: str | None = None) -> None:
        purged(catalog.table(database, table_name)["StorageDescriptor"]["Location"], options or {})

    def get_logger(self) -> logging.Logger:
        """Its lines stand in the error stream of the run, as on AWS."""
        logger = logging.getLogger("glue")
        if not logger.handlers:
            handler = logging.StreamHandler(sys.__stderr__)
            handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s [%(name)s] %(message)s"))
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)
        return logger

    def currentTimeMillis(self) -> int:
        return int(time.time() * 1000)

    def __getattr__(self, name: str):
        if name in OF_SPARK:
            return getattr(self.spark_session, name)
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotInLab(f"GlueContext.{name}")
