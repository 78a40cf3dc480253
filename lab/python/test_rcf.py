"""Training and scoring: what the artefact gives back, and what is refused with its place."""
import base64
import math
import random

import pytest

import rcf
from faults import Refused

SETTINGS = {"feature_dim": 2, "trees": 50, "samples_per_tree": 64, "seed": 1}


def file_of(points, name="room.csv"):
    return {"name": name, "text": "".join(",".join(str(cell) for cell in point) + "\n" for point in points)}


def cloud(size=300):
    chance = random.Random(3)
    return [(chance.gauss(20, 1), chance.gauss(20, 1)) for _ in range(size)]


def trained(points):
    return rcf.train({**SETTINGS, "files": [file_of(points)]})["model"]


def test_a_point_far_away_scores_higher_than_any_of_the_cloud():
    points = cloud()
    [scores] = rcf.score({"model": trained(points), "files": [file_of([*points, (35, 5)])]})["scores"]
    assert len(scores) == len(points) + 1
    assert scores[-1] > max(scores[:-1])
    assert all(math.isfinite(score) for score in scores)


def test_the_same_data_gives_the_same_artefact_and_another_seed_another():
    points = cloud(100)
    again = rcf.train({**SETTINGS, "seed": 2, "files": [file_of(points)]})["model"]
    assert trained(points) == trained(points)
    assert trained(points) != again


def test_scores_are_kept_apart_by_file_and_in_the_order_of_the_lines():
    points = cloud(60)
    one, other = points[:20], points[20:]
    model = trained(points)
    together = rcf.score({"model": model, "files": [file_of(points)]})["scores"]
    apart = rcf.score({"model": model, "files": [file_of(one), file_of(other)]})["scores"]
    assert [len(part) for part in apart] == [20, 40]
    assert [score for part in apart for score in part] == together[0]


@pytest.mark.parametrize(("text", "said"), [
    ("1,2\n1,2,3\n", "room.csv line 2 has 3 columns; feature_dim is 2"),
    ("1,2\n\n", "room.csv line 2 has 1 columns; feature_dim is 2"),
    ("1,two\n", "room.csv line 1 has 'two', which is not a number"),
    ("1,nan\n", "'nan', which is not a finite 32-bit number"),
    ("1,1e39\n", "'1e39', which is not a finite 32-bit number"),
    ("", "holds no row"),
    ("5,5\n" * 9, "all 9 rows of the train channel are the same"),
])
def test_what_a_forest_can_not_learn_from_is_refused_with_its_place(text, said):
    with pytest.raises(Refused) as refused:
        rcf.train({**SETTINGS, "files": [{"name": "room.csv", "text": text}]})
    assert said in str(refused.value)


def test_an_artefact_that_is_none_is_refused():
    with pytest.raises(Refused, match="artefact can't be read"):
        rcf.score({"model": base64.b64encode(b"not a tar").decode(), "files": []})
