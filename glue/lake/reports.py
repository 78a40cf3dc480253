"""Reports: what a job did, for the state machine to decide on and for people to read. One document a job and run."""
from __future__ import annotations

from collections import Counter

from pyspark.sql import SparkSession

from lake.store import at, write_json

#: Numbers that are summed over the channels or tables of a job.
SUMMED = ["read", "written", "duplicates", "inserted", "updated", "unchanged"]


def report(job: str, run_id: str, parts: dict[str, dict], **more: object) -> dict:
    """One report of what was done to each channel or table, with sums over all of them."""
    rejected: Counter[str] = Counter()
    for part in parts.values():
        rejected.update(part.get("rejected", {}))
    sums = {name: sum(part.get(name, 0) for part in parts.values()) for name in SUMMED if any(name in part for part in parts.values())}
    return {"job": job, "run_id": run_id, "read": 0, "written": 0, "duplicates": 0, **sums,
            "rejected": dict(sorted(rejected.items())), "parts": parts, **more}


def write_report(spark: SparkSession, bucket: str, document: dict) -> None:
    write_json(spark, at(bucket, "runs", document["run_id"], f"{document['job']}.json"), document)
