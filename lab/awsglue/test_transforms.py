"""Transforms on nested and broken rows, by the names and shapes that AWS's documentation shows."""
import json

import pytest
from awsgluedq.transforms import EvaluateDataQuality
from pyspark.sql import Row

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame, ResolveOption
from awsglue.faults import NotInLab
from awsglue.transforms import (
    ApplyMapping,
    DropFields,
    DropNullFields,
    ErrorsAsDynamicFrame,
    Filter,
    Join,
    Map,
    Relationalize,
    RenameField,
    SelectFields,
    SelectFromCollection,
    Spigot,
    SplitFields,
    SplitRows,
    Unbox,
    Union,
    UnnestFrame,
)


@pytest.fixture
def glue(spark):
    return GlueContext(spark.sparkContext)


@pytest.fixture
def frame(glue, spark):
    """A frame of JSON documents."""
    def made(*documents, name="t"):
        lines = [document if isinstance(document, str) else json.dumps(document) for document in documents]
        return DynamicFrame.fromDF(spark.read.json(spark.sparkContext.parallelize(lines, 1)), glue, name)
    return made


def rows(frame):
    return [tuple(row) for row in frame.toDF().collect()]


def test_relationalize_makes_a_table_of_each_list_and_joins_them_by_keys(frame):
    nested = frame({"zip": 1, "who": {"name": "a"}, "customers": [{"id": 5, "tags": ["x", "y"]}, {"id": 6, "tags": []}]}, {"zip": 2, "who": {"name": "b"}, "customers": None})
    tables = Relationalize.apply(frame=nested, staging_path="/tmp/x", name="root", transformation_ctx="c")
    assert list(tables.keys()) == ["root", "root_customers", "root_customers.val.tags"]
    assert [(row["who.name"], row.customers is None) for row in tables.select("root").toDF().collect()] == [("a", False), ("b", True)]
    items = SelectFromCollection.apply(dfc=tables, key="root_customers").toDF()
    assert items.columns == ["id", "index", "customers.val.id", "customers.val.tags"]
    assert [tuple(row)[1:3] for row in items.collect()] == [(0, 5), (1, 6)]
    assert [tuple(row)[1:] for row in tables["root_customers.val.tags"].toDF().collect()] == [(0, "x"), (1, "y")]
    joined = Join.apply(tables.select("root"), tables.select("root_customers"), "customers", "id")
    assert sorted((row.zip, row["customers.val.id"]) for row in joined.toDF().collect()) == [(1, 5), (1, 6)]
    renamed = RenameField.apply(joined, "`customers.val.id`", "customer")
    assert "customer" in DropFields.apply(frame=renamed, paths=["index", "id"]).toDF().columns
    assert tables.select("absent").toDF().columns == []


def test_mappings_nest_and_flatten_and_pass_over_what_is_not_there(frame):
    nested = frame({"email": "a@b", "Employee": {"id": 1, "name": "a"}, "dotted.name": "x"})
    mapped = ApplyMapping.apply(frame=nested, mappings=[
        ("email", "string", "who.email", "string"), ("employee.id", "long", "who.id", "string"), ("gone.at", "int", "who.at", "int"),
        ("employee.name", "string", "`flat.name`", "string"), ("`dotted.name`", "string", "plain", "string")])
    assert mapped.toDF().schema.simpleString() == "struct<who:struct<email:string,id:string>,flat.name:string,plain:string>"
    assert rows(mapped) == [(Row(email="a@b", id="1"), "a", "x")]
    assert UnnestFrame.apply(nested).toDF().columns == ["Employee.id", "Employee.name", "dotted.name", "email"]


def test_fields_inside_structs_are_chosen_dropped_renamed_and_split(frame):
    nested = frame({"a": {"b": 1, "c": {"d": 2, "e": None}}, "f": 3})
    assert SelectFields.apply(frame=nested, paths=["a.c.d", "none"]).toDF().schema.simpleString() == "struct<a:struct<c:struct<d:bigint>>>"
    assert DropFields.apply(frame=nested, paths=["a.c.d", "f", "a.x"]).toDF().schema.simpleString() == "struct<a:struct<b:bigint,c:struct<e:string>>>"
    assert nested.drop_fields("a").toDF().columns == ["f"]
    assert RenameField.apply(nested, "a.b", "a.z").toDF().schema.simpleString() == "struct<a:struct<z:bigint,c:struct<d:bigint,e:string>>,f:bigint>"
    assert DropNullFields.apply(frame=nested).toDF().schema.simpleString() == "struct<a:struct<b:bigint,c:struct<d:bigint>>,f:bigint>"
    parts = SplitFields.apply(nested, ["f"], "first", "second")
    assert [parts[name].toDF().columns for name in parts.keys()] == [["f"], ["a"]]


def test_rows_are_split_by_comparisons(frame):
    parts = SplitRows.apply(frame({"n": 1}, {"n": 5}, {"n": None}), {"n": {">": 2, "<": 9}}, "in", "out")
    assert (rows(parts["in"]), rows(parts["out"])) == ([(5,)], [(1,), (None,)])


def test_columns_of_one_name_are_both_kept_by_a_join_where_a_row_has_them(frame):
    right = frame({"id": 1, "v": "right", "w": None, "z": "Z"}, {"id": 2, "v": "right", "w": 1})
    left = frame({"id": 1, "v": "left", "w": 3, "z": None}, {"id": 5, "z": "x"})
    joined = Join.apply(frame1=left, frame2=right, keys1=["id"], keys2=["id"])
    assert (joined.toDF().columns, rows(joined)) == (["id", "v", "w", "z", ".id", ".v"], [(1, "left", 3, "Z", 1, "right")])


def test_a_row_that_a_function_fails_on_is_an_error_record_and_stops_only_where_a_script_says_so(frame):
    data = frame({"n": 2}, {"n": 0})

    def halved(row):
        row["half"] = 1 / row["n"]
        return row
    mapped = Map.apply(frame=data, f=halved)
    assert (rows(mapped), mapped.errorsCount()) == ([(2, 0.5)], 1)
    assert ErrorsAsDynamicFrame.apply(mapped).toDF().first()["error"]["msg"] == "ZeroDivisionError: division by zero"
    kept = Filter.apply(frame=data, f=lambda row: 1 / row["n"] > 0)
    assert (rows(kept), kept.stageErrorsCount()) == ([(2,)], 1)
    assert Map.apply(frame=data, f=halved, stageThreshold=1).count() == 1
    with pytest.raises(RuntimeError, match="more error records than allowed .* division by zero"):
        Map.apply(frame=frame({"n": 0}, {"n": 0}), f=halved, totalThreshold=1)


def test_texts_of_json_are_unboxed_and_broken_ones_told(frame):
    data = frame({"at": "x", "text": '{"a":[{"b":1}],\n"c":"d"}'}, {"at": "y", "text": '{"a":'}, {"at": "z", "text": None})
    unboxed = Unbox.apply(frame=data, path="text", format="json", totalThreshold=1)
    assert unboxed.toDF().schema.simpleString() == "struct<at:string,text:struct<a:array<struct<b:bigint>>,c:string>>"
    assert ([row.at for row in unboxed.toDF().collect()], unboxed.errorsCount()) == (["x", "z"], 1)
    with pytest.raises(NotInLab, match="unbox of avro"):
        Unbox.apply(frame=data, path="text", format="avro")


def test_frames_are_put_together_sampled_and_merged(frame, tmp_path, spark):
    one, two = frame({"id": 1, "v": "a"}, {"id": 2, "v": "b"}), frame({"id": 2, "v": "B"}, {"id": 3, "w": "c"})
    assert Union.apply(one, two).count() == 4
    assert sorted((row.id, row.v) for row in one.mergeDynamicFrame(two, ["id"]).toDF().collect()) == [(1, "a"), (2, "B"), (3, None)]
    assert Spigot.apply(one, f"file://{tmp_path}/sample", {"topk": 1}) is one
    assert spark.read.json(f"file://{tmp_path}/sample").count() == 1


def test_a_choice_is_resolved_on_the_way_to_a_data_frame(glue, spark):
    from pyspark.sql.types import LongType
    texts = DynamicFrame(spark.createDataFrame([("1",), ("x",)], "`provider id` string"), glue, "t", {"provider id": "bigint"})
    assert texts.toDF().schema.simpleString() == "struct<provider id:struct<long:bigint,string:string>>"
    assert [row[0] for row in texts.toDF([ResolveOption("provider id", "Project", LongType())]).collect()] == [1, None]
    assert texts.resolveChoice(specs=[("provider id", "make_cols")]).toDF().columns == ["provider id_long", "provider id_string"]


def test_the_rules_that_glue_studio_writes_are_evaluated_and_others_named(frame):
    data = frame({"id": 1, "v": "a"}, {"id": 2, "v": None})
    rules = 'Rules = [ ColumnCount > 0, RowCount between 1 and 3, IsComplete "v", Completeness "v" >= 0.5, IsUnique "id", ColumnExists "w" ]'
    outcomes = EvaluateDataQuality().process_rows(frame=data, ruleset=rules, publishing_options={"dataQualityEvaluationContext": "x"})["ruleOutcomes"]
    assert [(row.Rule.split(" ")[0], row.Outcome) for row in outcomes.toDF().collect()] == [
        ("ColumnCount", "Passed"), ("RowCount", "Passed"), ("IsComplete", "Failed"), ("Completeness", "Passed"), ("IsUnique", "Passed"), ("ColumnExists", "Failed")]
    with pytest.raises(NotInLab, match="the data quality rule CustomSql"):
        EvaluateDataQuality.apply(data, 'Rules = [ CustomSql "select 1" > 0 ]')
