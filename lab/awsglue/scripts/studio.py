# A job as the visual editor writes one: two sources, a mapping, a join by SQL, a quality rule, a target that tells the catalogue.
# ruff: noqa: F403, F405, I001, E402
import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue import DynamicFrame
from awsgluedq.transforms import EvaluateDataQuality


def sparkSqlQuery(glueContext, query, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    return DynamicFrame.fromDF(spark.sql(query), glueContext, transformation_ctx)


args = getResolvedOptions(sys.argv, ["JOB_NAME", "target"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

RULESET = """
    Rules = [
        ColumnCount > 0
    ]
"""

# Script generated for node Readings
Readings_node1 = glueContext.create_dynamic_frame.from_catalog(
    database="plant", table_name="readings", push_down_predicate="day >= '2024-05-02'", transformation_ctx="Readings_node1")

# Script generated for node Rooms
Rooms_node2 = glueContext.create_dynamic_frame.from_options(
    format_options={"multiLine": "false"}, connection_type="s3", format="json",
    connection_options={"paths": [args["target"] + "/rooms/"], "recurse": True}, transformation_ctx="Rooms_node2")

# Script generated for node Resolve
Resolve_node3 = ResolveChoice.apply(frame=Readings_node1, choice="cast:double", transformation_ctx="Resolve_node3")

# Script generated for node Change Schema
Mapping_node4 = ApplyMapping.apply(frame=Rooms_node2, mappings=[
    ("id", "string", "right_id", "string"), ("place.floor", "long", "floor", "int"), ("absent", "string", "absent", "string")], transformation_ctx="Mapping_node4")

# Script generated for node SQL Query
SqlQuery5 = """
select r.room_id, r.temperature, r.day, m.floor from readings r join rooms m on r.room_id = m.right_id where r.temperature is not null;
"""
Query_node5 = sparkSqlQuery(glueContext, query=SqlQuery5.replace(";", ""), mapping={"readings": Resolve_node3, "rooms": Mapping_node4}, transformation_ctx="Query_node5")

# Script generated for node Target
EvaluateDataQuality().process_rows(frame=Query_node5, ruleset=RULESET,
                                   publishing_options={"dataQualityEvaluationContext": "Target_node6", "enableDataQualityResultsPublishing": True},
                                   additional_options={"dataQualityResultsPublishing.strategy": "BEST_EFFORT", "observations.scope": "ALL"})
Target_node6 = glueContext.getSink(path=args["target"] + "/out/", connection_type="s3", updateBehavior="UPDATE_IN_DATABASE", partitionKeys=["day"], enableUpdateCatalog=True,
                                   transformation_ctx="Target_node6")
Target_node6.setCatalogInfo(catalogDatabase="plant", catalogTableName="by_floor")
Target_node6.setFormat("glueparquet", compression="snappy")
Target_node6.writeFrame(Query_node5)
job.commit()
