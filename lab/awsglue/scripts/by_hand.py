# A job as people write one by hand: functions, records one by one, nested data taken apart, a database at the end.
# ruff: noqa: I001
import sys

from pyspark.context import SparkContext

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.transforms import DropFields, DropNullFields, Filter, Join, Map, Relationalize, RenameField, SelectFields, SelectFromCollection
from awsglue.utils import getResolvedOptions

params = ["JOB_NAME", "folder", "url"] + (["since"] if "--since" in sys.argv else [])
args = getResolvedOptions(sys.argv, params)
glue_context = GlueContext(SparkContext.getOrCreate())
logger = glue_context.get_logger()
job = Job(glue_context)
job.init(args["JOB_NAME"], args)


def fahrenheit(record):
    record["fahrenheit"] = record["celsius"] * 9 / 5 + 32
    del record["celsius"]
    return record


def read(name, **options):
    return glue_context.create_dynamic_frame_from_options("s3", {"paths": [f"{args['folder']}/{name}/"]}, format="json", transformation_ctx=name, **options)


houses = read("houses", format_options={"jsonPath": "$.houses[*]"})
logger.info(f"{houses.count()} houses")
tables = Relationalize.apply(frame=houses, staging_path=args["folder"] + "/staging", name="house", transformation_ctx="tables")
rooms = SelectFromCollection.apply(dfc=tables, key="house_rooms", transformation_ctx="rooms")
for old, new in (("rooms.val.name", "room"), ("rooms.val.celsius", "celsius")):
    rooms = RenameField.apply(rooms, f"`{old}`", new)
flat = Join.apply(tables.select("house"), rooms, "rooms", "id").drop_fields(["rooms", "id", "index"])
warm = Filter.apply(frame=flat, f=lambda record: record["celsius"] is not None and record["celsius"] > 10)
mapped = DropNullFields.apply(frame=Map.apply(frame=warm, f=fahrenheit))
logger.info(f"{mapped.errorsCount()} records could not be mapped")

frame = mapped.toDF().orderBy("room")
result = DynamicFrame.fromDF(frame, glue_context, "result")
glue_context.write_dynamic_frame.from_options(
    frame=SelectFields.apply(frame=result, paths=["street", "room", "fahrenheit"]), connection_type="h2",
    connection_options={"url": args["url"], "dbtable": "warm_rooms", "user": "sa", "password": ""})
glue_context.write_dynamic_frame_from_options(
    frame=DropFields.apply(frame=result, paths=["street"]), connection_type="s3", connection_options={"path": args["folder"] + "/csv"},
    format="csv", format_options={"separator": "|", "quoteChar": -1, "writeHeader": False})
login = {"url": args["url"], "user": "sa", "password": ""}
again = glue_context.create_dynamic_frame.from_options("h2", {**login, "dbtable": "warm_rooms", "hashexpression": "LENGTH(room)", "hashpartitions": 3})
print("rows in the database:", again.count())
job.commit()
