"""warm.py: job scripts as Glue runs them, many after another in one process whose Spark stays up.

Each line of standard input is {"script", "arguments", "plant"}; its answer is a line on file descriptor 3: {} or {"cause"}.
Every run has a Spark session, a bookmark and catalogues of its own; its end takes away what it kept in memory. `plant` is
Python that runs before the script: how a test of the harness plants a bug in a job that stays as it is.
"""
import json
import os
import queue
import runpy
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "lab" / "services" / "glue-jobs"))
from run import cause  # noqa: E402


def fresh_session() -> None:
    """A session that knows nothing of the runs before: the one that a script's GlueContext will find."""
    from awsglue.job import Job
    from pyspark.context import SparkContext
    from pyspark.sql import SparkSession
    Job._bookmark = None
    java = SparkSession(SparkContext.getOrCreate())._jvm.SparkSession
    session = java.getDefaultSession().get().newSession()
    java.setDefaultSession(session)
    java.setActiveSession(session)
    SparkSession._instantiatedSession = None
    SparkSession._activeSession = None


def forget() -> None:
    """Cached rows would outlive the run: they belong to the context."""
    from pyspark.context import SparkContext
    for kept in SparkContext.getOrCreate()._jsc.getPersistentRDDs().values():
        kept.unpersist(True)


def asked() -> Iterator[dict]:
    """What is asked, as it comes. Its end is that of this process and its Spark, whatever they are at: who asked is gone."""
    asks: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            asks.put(line)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield json.loads(asks.get())


def run(ask: dict) -> dict:
    sys.argv = [ask["script"], *ask["arguments"]]
    fresh_session()
    undo = {"undo": []}
    try:
        exec(ask.get("plant") or "", undo)
        runpy.run_path(ask["script"], run_name="__main__")
    except BaseException as fault:
        if isinstance(fault, SystemExit) and fault.code in (None, 0):
            return {}
        traceback.print_exc()
        return {"cause": cause(fault)}
    finally:
        for each in reversed(undo["undo"]):
            each()
        forget()
    return {}


def main() -> None:
    answers = os.fdopen(3, "w", encoding="utf-8")
    for ask in asked():
        answers.write(json.dumps(run(ask)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
