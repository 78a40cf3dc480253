"""The streaming detector: a score and a verdict for each row of a series, from nothing but the rows before it.

    value ─▶ shingle of the last n values ─▶ score by the forest ─▶ above the threshold of all scores so far?
                                               └─ only then the forest and the threshold learn from it
"""
import math

from krcf import RandomCutForest


def detect(request: dict) -> dict:
    """{values, shingle, trees, samples_per_tree, decay, deviations, warm_up, floor, half_life,
    newest_share, seed} → {scores, anomalies}.

    A row without n values behind it scores 0. No verdict is given before `warm_up` scores have been seen.
    """
    size = request["shingle"]
    forest = RandomCutForest({
        "dimensions": size,
        "shingle_size": 1,
        "num_trees": request["trees"],
        "sample_size": request["samples_per_tree"],
        "random_seed": request["seed"],
        "output_after": 1,
        "lambda": request["decay"],
        "parallel_execution_enabled": False,
    })
    threshold = Threshold(request["deviations"], request["warm_up"], request["floor"], request["half_life"])
    scale = Scale()
    shingle: list[float] = []
    scores, anomalies = [], []
    for value in request["values"]:
        shingle = [*shingle, scale.of(value)][-size:]
        full = len(shingle) == size
        score = forest.score(shingle) if full else 0.0
        scores.append(score)
        anomalies.append(full and threshold.exceeded(score) and newest_share(forest, shingle) >= request["newest_share"])
        if full:
            forest.update(shingle)
    return {"scores": scores, "anomalies": anomalies}


def newest_share(forest: RandomCutForest, shingle: list[float]) -> float:
    """How much of the score is due to the newest value, as a multiple of an even share: a spike stays in the shingle
    for n rows, and only the first of them is the anomalous one."""
    parts = forest.attribution(shingle)
    shares = [high + low for high, low in zip(parts["high"], parts["low"], strict=True)]
    return shares[-1] * len(shares) / sum(shares) if sum(shares) else 0.0


class Scale:
    """Moves a series near zero and to steps near one, by its first value and first step: the forest keeps 32-bit
    floats, so a small change on a large offset would be lost. Scores do not depend on it otherwise."""

    LIMIT = 1e18

    def __init__(self) -> None:
        self.origin: float | None = None
        self.step = 0.0

    def of(self, value: float) -> float:
        if self.origin is None:
            self.origin = value
        # Halves first: the difference of two finite values can overflow.
        moved = value / 2 - self.origin / 2
        if self.step == 0.0:
            self.step = abs(moved)
        scaled = moved / self.step if self.step else 0.0
        return max(-self.LIMIT, min(self.LIMIT, scaled))


class Threshold:
    """Mean plus so many standard deviations of the scores before this one, weighted by a half-life in rows."""

    def __init__(self, deviations: float, warm_up: int, floor: float, half_life: int) -> None:
        self.deviations, self.warm_up, self.floor = deviations, warm_up, floor
        self.share = 1 - 0.5 ** (1 / half_life)
        self.seen, self.mean, self.variance = 0, 0.0, 0.0

    def exceeded(self, score: float) -> bool:
        """Is this score beyond what came before? Learns it afterwards."""
        limit = max(self.floor, self.mean + self.deviations * math.sqrt(self.variance))
        warm = self.seen >= self.warm_up
        answer = warm and score > limit
        # What is beyond the threshold counts as if it were on it: one excursion must not hide the next.
        learnt = min(score, limit) if warm else score
        self.seen += 1
        # The plain average until the half-life's weight is the larger one.
        weight = max(self.share, 1 / self.seen)
        away = learnt - self.mean
        self.mean += weight * away
        self.variance = (1 - weight) * (self.variance + weight * away * away)
        return answer
