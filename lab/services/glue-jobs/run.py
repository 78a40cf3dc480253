"""run.py SCRIPT OUTCOME ARGUMENTS…: a job's script as Glue runs it. When it fails, OUTCOME holds the cause in one line."""
import json
import os
import runpy
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tether import tethered  # noqa: E402


def cause(fault: BaseException) -> str:
    """The class and message of what went wrong; of a fault in Java, of what went wrong there first."""
    java = getattr(fault, "java_exception", None)
    if java is not None:
        while java.getCause() is not None:
            java = java.getCause()
        return f"{java.getClass().getSimpleName()}: {first_line(java.getMessage() or '')}"
    if isinstance(fault, SystemExit):
        return f"SystemExit: {fault.code}"
    return f"{type(fault).__name__}: {first_line(str(fault))}"


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:1000]


def main() -> None:
    tethered()
    script, outcome, *arguments = sys.argv[1:]
    sys.argv = [script, *arguments]
    # What a script prints goes to one log, what Spark and Glue say to the other, as on AWS.
    sys.stderr = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    try:
        runpy.run_path(script, run_name="__main__")
    except BaseException as fault:
        if isinstance(fault, SystemExit) and fault.code in (None, 0):
            return
        traceback.print_exc(file=sys.__stderr__)
        Path(outcome).write_text(json.dumps({"cause": cause(fault)}), "utf-8")
        sys.exit(1)


if __name__ == "__main__":
    main()
