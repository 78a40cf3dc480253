"""Scores and readings side by side on Spark: line k to line k, a threshold a room, and only what differs."""
from urllib.parse import quote

import pytest

from lake.anomalies import (
    Misaligned,
    differing,
    files_of,
    judged,
    paired,
    scored,
    unreadable,
)


def put(root, room, readings, scores, name="3-00.csv", score_name=None):
    folder = f"temperature/room_id={quote(room, safe='')}"
    for kind, file, text in (("index", name, readings), ("scores", f"{score_name or name}.out", scores)):
        (root / kind / folder).mkdir(parents=True, exist_ok=True)
        (root / kind / folder / file).write_text(text)


def pairs(spark, root):
    index, scores = (files_of(spark, f"file://{root}/{kind}/temperature", ending) for kind, ending in (("index", ".csv"), ("scores", ".csv.out")))
    return paired(index, scores)


def readings_of(values):
    return "".join(f"2013-07-04 {hour:02}:00:00,{value}\n" for hour, value in enumerate(values))


def scores_of(values):
    return "".join(f'{{"score": {value}}}\n' for value in values)


def test_line_k_belongs_to_line_k_whatever_the_room_is_called(spark, tmp_path):
    for room in ("office", "007", "Küche 7", "a/b=c", "x%2Fy"):
        put(tmp_path, room, readings_of([20.5, 21.5, 22.5]), scores_of([0.5, 1.5, 2.5]).replace("\n", "\n\n"))
    found = scored(pairs(spark, tmp_path))
    # MERGE takes no source that could come out otherwise the second time.
    assert found._jdf.queryExecution().analyzed().deterministic()
    rows = found.collect()
    assert {row["room_id"] for row in rows} == {"office", "007", "Küche 7", "a/b=c", "x%2Fy"}
    assert len(rows) == 15
    assert all(row["score"] == row["value"] - 20 and row["timestamp"].hour == row["value"] - 20.5 for row in rows)


def test_scores_of_other_readings_are_refused_and_every_room_is_named(spark, tmp_path):
    put(tmp_path, "a", readings_of([1, 2, 3]), scores_of([1, 2]))
    put(tmp_path, "b", readings_of([1, 2, 3]), scores_of([1, 2, 3]), score_name="3-ff.csv")
    put(tmp_path, "c", readings_of([1, 2, 3]), scores_of([1, 2, 3]))
    with pytest.raises(Misaligned) as refused:
        pairs(spark, tmp_path)
    assert str(refused.value) == (
        "room a has 2 scores for 3 readings; room b has no scores for its present readings; train and score these rooms first")


def test_a_line_that_is_no_score_is_told(spark, tmp_path):
    put(tmp_path, "a", readings_of([1, 2]), '{"score": 1}\n{"scare": 1}\n')
    put(tmp_path, "b", readings_of([1, 2]), scores_of([1, 2]))
    assert unreadable(scored(pairs(spark, tmp_path))) == ["a"]


def test_the_threshold_is_three_deviations_above_the_mean_of_the_room(spark):
    calm = [("a", float(at % 2)) for at in range(98)] + [("a", 0.5), ("a", 40.0)]
    rows = spark.createDataFrame([("2013-07-04", room, 1.0, score) for room, score in [*calm, ("b", 40.0)]], "timestamp string, room_id string, value double, score double")
    found = judged(rows).collect()
    scores = [score for _, score in calm]
    mean = sum(scores) / len(scores)
    deviation = (sum((score - mean) ** 2 for score in scores) / len(scores)) ** 0.5
    [threshold] = {row["threshold"] for row in found if row["room_id"] == "a"}
    assert threshold == pytest.approx(mean + 3 * deviation)
    assert [(row["room_id"], row["score"]) for row in found if row["anomaly"]] == [("a", 40.0)]


def test_only_what_the_table_lacks_or_has_otherwise_differs(spark):
    schema = "timestamp string, room_id string, value double, score double, threshold double, anomaly boolean"
    known = spark.createDataFrame([("t1", "a", 1.0, 1.0, 2.0, False), ("t2", "a", 1.0, 1.0, 2.0, False)], schema)
    rows = spark.createDataFrame([("t1", "a", 1.0, 1.0, 2.0, False), ("t2", "a", 1.0, 1.0, 0.5, True), ("t1", "b", 1.0, 1.0, 2.0, False)], schema)
    found = {(row["room_id"], row["timestamp"]): row["_new"] for row in differing(rows, known).collect()}
    assert found == {("a", "t2"): False, ("b", "t1"): True}
    assert differing(known, known).count() == 0
