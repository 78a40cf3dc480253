"""bare: what import_db is measured against: Spark's JDBC reader straight into Parquet. Nothing is judged, counted or remembered.

    --parts 0   Spark is started and ended, no row is read: what every run costs
    --parts 1   one query, as such a copy gets it unless it says more
    --parts n   n ranges of updated_at of equal length, side by side

It has the fetch size and the session of import_db, and takes the same columns.
"""
import sys

from awsglue.context import GlueContext
from awsglue.utils import getResolvedOptions
from lake.source import Source
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME", "connection", "parts", "target"])
glue = GlueContext(SparkContext.getOrCreate())
parts = int(args["parts"])
if parts == 0:
    glue.spark_session.range(1).count()
else:
    source = Source(glue, args["connection"])
    reader = source.spark.read.format("jdbc").options(**source.options, url=source.url, dbtable="dbo.readings")
    if parts > 1:
        with source.session() as session:
            [(low, high)] = session.answers("SELECT MIN(updated_at), MAX(updated_at) FROM dbo.readings")
        reader = reader.options(partitionColumn="updated_at", lowerBound=str(low), upperBound=str(high), numPartitions=parts)
    reader.load().select("timestamp", "room_id", "temperature").write.mode("overwrite").parquet(args["target"])
