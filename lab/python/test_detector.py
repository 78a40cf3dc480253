"""The streaming detector: causal, deterministic, and sane on series that it was not tuned on."""
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector import Scale, detect

# Smaller than the defaults of the command, for speed; the rules are the same.
SETTINGS = {
    "shingle": 8, "trees": 30, "samples_per_tree": 128, "decay": 0.0, "deviations": 6.5, "warm_up": 64, "floor": 1.0,
    "half_life": 5000, "newest_share": 0.5, "seed": 42,
}


def flagged(values, **changed):
    return [row for row, yes in enumerate(detect({**SETTINGS, **changed, "values": values})["anomalies"]) if yes]


def noise(size, seed=5, spread=1.0):
    chance = random.Random(seed)
    return [chance.gauss(0, spread) for _ in range(size)]


def sine(size, spread=0.05):
    return [math.sin(2 * math.pi * row / 24) + extra for row, extra in enumerate(noise(size, spread=spread))]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6, width=32), max_size=120), st.data())
def test_an_answer_uses_no_later_row(values, data):
    cut = data.draw(st.integers(0, len(values)))
    whole = detect({**SETTINGS, "warm_up": 10, "values": values})
    part = detect({**SETTINGS, "warm_up": 10, "values": values[:cut]})
    assert part == {"scores": whole["scores"][:cut], "anomalies": whole["anomalies"][:cut]}


def test_the_same_seed_gives_the_same_answer():
    values = sine(300)
    assert detect({**SETTINGS, "values": values}) == detect({**SETTINGS, "values": values})
    assert detect({**SETTINGS, "values": values}) != detect({**SETTINGS, "seed": 7, "values": values})


@pytest.mark.parametrize("values", [
    [], [21.5], [1.0, 2.0, 3.0], [21.5] * 500, [0.1 * row for row in range(800)], noise(800), sine(800),
], ids=["empty", "one", "three", "constant", "trend", "noise", "sine"])
def test_nothing_is_anomalous_where_nothing_happens(values):
    assert flagged(values) == []


def test_a_spike_in_a_sine_is_one_row():
    values = sine(600)
    values[400] += 4
    assert flagged(values) == [400]


def test_each_of_several_pulses_is_found():
    values = [0.0] * 1200
    for row in (500, 800, 1100):
        values[row] = 50.0
    assert flagged(values) == [500, 800, 1100]


def test_a_step_is_found_at_once_and_gets_normal():
    found = flagged([*noise(500, spread=0.2), *(5 + value for value in noise(500, 6, 0.2))])
    assert found[0] == 500
    assert max(found) < 560


def test_a_small_change_on_a_large_offset_is_seen():
    values = [1.7e12 + value for value in sine(600)]
    values[400] += 4
    assert flagged(values) == [400]


@pytest.mark.parametrize("values", [[1e308, -1e308] * 100, [5e-324 * row for row in range(200)]], ids=["huge", "tiny"])
def test_extreme_numbers_get_finite_scores(values):
    assert all(math.isfinite(score) for score in detect({**SETTINGS, "values": values})["scores"])


def test_a_scale_moves_the_first_value_to_zero_and_the_first_step_to_one():
    scale = Scale()
    assert [scale.of(value) for value in (20.0, 20.0, 22.0, 19.0)] == [0.0, 0.0, 1.0, -0.5]
