"""The lab's Python: one warm process that answers requests, one JSON line each, until its input ends.

    stdin {"id", "op", …}  ─▶  the op's function  ─▶  descriptor 3 {"id", "result"} or {"id", "error": {"kind", "message"}}

Standard output and standard error are for people: whatever a library prints there can't be taken for an answer.
"""
import importlib
import json
import sys
from collections.abc import Callable
from typing import TextIO

# An op's module is loaded when it is first asked for: SQL need not wait for the forest, nor the other way round.
OPS = {
    "rcf.train": ("rcf", "train"),
    "rcf.score": ("rcf", "score"),
    "rcf.detect": ("detector", "detect"),
    "sql.transpile": ("sql_transpile", "transpile"),
}


def function_of(op: str) -> Callable[[dict], dict]:
    if op not in OPS:
        raise ValueError(f"there is no op {op!r}; known are {', '.join(OPS)}")
    module, name = OPS[op]
    return getattr(importlib.import_module(module), name)


def answer(line: str) -> dict:
    """What a request line is answered with; a fault is an answer too, so one bad request ends nothing."""
    request = json.loads(line)
    try:
        return {"id": request["id"], "result": function_of(request["op"])(request)}
    except Exception as fault:  # noqa: BLE001 whatever it is, the other side must hear it
        return {"id": request["id"], "error": {"kind": type(fault).__name__, "message": first_line(fault)}}


def first_line(fault: Exception) -> str:
    """Native code adds a stack trace to its message; people need what is before it."""
    return (str(fault).splitlines() or [""])[0]


def serve(requests: TextIO, replies: TextIO) -> None:
    for line in requests:
        # NaN and Infinity are no JSON: better a fault here than a line that the other side can't read.
        replies.write(json.dumps(answer(line), allow_nan=False) + "\n")
        replies.flush()


if __name__ == "__main__":
    with open(3, "w", encoding="utf-8") as descriptor:
        serve(sys.stdin, descriptor)
