"""Random Cut Forest on CSV: train to an artefact, score from one. The forest is krcf, AWS's own Rust code.

An artefact is a model.tar.gz as SageMaker keeps it: one archive a model, made only of what scoring needs.
"""
import base64
import gzip
import io
import json
import tarfile

from krcf import RandomCutForest

from faults import Refused

FOREST, ABOUT = "forest.msgpack", "about.json"


def train(request: dict) -> dict:
    """{files: [{name, text}], feature_dim, trees, samples_per_tree, seed} → {model: base64 of model.tar.gz, rows}."""
    points = parsed(request["files"], request["feature_dim"])
    if not points:
        raise Refused("the train channel holds no row; nothing to learn from")
    if len(points) > 1 and all(point == points[0] for point in points):
        raise Refused(f"all {len(points)} rows of the train channel are the same; a forest can make no cut")
    forest = RandomCutForest({
        "dimensions": request["feature_dim"],
        "shingle_size": 1,
        "num_trees": request["trees"],
        "sample_size": request["samples_per_tree"],
        "random_seed": request["seed"],
        "output_after": 1,
        # No decay: each tree is a uniform sample of all rows (SageMaker guide, "How RCF Works").
        "lambda": 0.0,
        "parallel_execution_enabled": False,
    })
    for point in points:
        forest.update(point)
    about = {"algorithm": "randomcutforest", "feature_dim": request["feature_dim"], "rows": len(points)}
    return {"model": base64.b64encode(packed(forest, about)).decode(), "rows": len(points)}


def score(request: dict) -> dict:
    """{model: base64 of model.tar.gz, files: [{name, text}]} → {scores: [[…] a file]}; higher is more anomalous."""
    forest, feature_dim = unpacked(base64.b64decode(request["model"]))
    return {"scores": [[forest.score(point) for point in parsed([file], feature_dim)] for file in request["files"]]}


def parsed(files: list[dict], feature_dim: int) -> list[list[float]]:
    """Rows of CSV files as points; a cell that is no number or a row of another width is refused with its place."""
    points = []
    for file in files:
        for number, line in enumerate(file["text"].splitlines(), 1):
            place = f"{file['name']} line {number}"
            cells = line.split(",")
            if len(cells) != feature_dim:
                raise Refused(f"{place} has {len(cells)} columns; feature_dim is {feature_dim}")
            points.append([number_of(cell, place) for cell in cells])
    return points


def number_of(cell: str, place: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise Refused(f"{place} has {cell[:40]!r}, which is not a number") from None
    # The forest keeps 32-bit floats.
    if not abs(value) <= 3.4e38:
        raise Refused(f"{place} has {cell[:40]!r}, which is not a finite 32-bit number")
    return value


def packed(forest: RandomCutForest, about: dict) -> bytes:
    """The same forest gives the same bytes: no times, no owner."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in ((ABOUT, json.dumps(about).encode()), (FOREST, forest.to_msgpack())):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), compresslevel=1, mtime=0)


def unpacked(model: bytes) -> tuple[RandomCutForest, int]:
    try:
        with tarfile.open(fileobj=io.BytesIO(model), mode="r:gz") as archive:
            about = json.load(archive.extractfile(ABOUT))
            return RandomCutForest.from_msgpack(archive.extractfile(FOREST).read()), about["feature_dim"]
    except (tarfile.TarError, OSError, EOFError, KeyError, ValueError, RuntimeError) as fault:
        raise Refused(f"the model artefact can't be read: {type(fault).__name__}") from fault
