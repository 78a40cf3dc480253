"""run.py: one line for each way a script can fail, and which log gets what it prints. Without Spark."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).with_name("run.py")


def ran(tmp_path, script: str, *arguments: str):
    """Exit code, the cause that was told, stdout and stderr."""
    (tmp_path / "job.py").write_text(script)
    outcome = tmp_path / "outcome.json"
    # It ends with whoever holds the other end of its input, and takes its group along.
    held, holding = os.pipe()
    done = subprocess.run([sys.executable, RUN, tmp_path / "job.py", outcome, *arguments], stdin=held, capture_output=True, text=True, timeout=30,
                          start_new_session=True, env={"PYTHONPATH": str(RUN.parents[2]), "PATH": ""})
    os.close(holding)
    os.close(held)
    return done.returncode, json.loads(outcome.read_text())["cause"] if outcome.exists() else None, done.stdout, done.stderr


JAVA = '''
class Cause:
    def __init__(self, name, message, cause=None): self.name, self.message, self.cause = name, message, cause
    def getCause(self): return self.cause
    def getClass(self): return self
    def getSimpleName(self): return self.name
    def getMessage(self): return self.message
class Py4JJavaError(Exception):
    java_exception = Cause("SparkException", "Job aborted", Cause("FileNotFoundException", "s3://b/k\\nIt is possible …"))
raise Py4JJavaError()
'''


@pytest.mark.parametrize(("script", "cause"), [
    ("raise ValueError('no such room\\nmore')", "ValueError: no such room"),
    ("import absent_module", "ModuleNotFoundError: No module named 'absent_module'"),
    ("x = (", "SyntaxError: '(' was never closed (job.py, line 1)"),
    ("import sys; sys.exit(3)", "SystemExit: 3"), ("import sys; sys.exit('stop here')", "SystemExit: stop here"), ("raise KeyboardInterrupt", "KeyboardInterrupt: "),
    ("assert False", "AssertionError: "), (JAVA, "FileNotFoundException: s3://b/k"), ("raise ValueError('x' * 5000)", "ValueError: " + "x" * 1000),
])
def test_a_failure_is_told_in_one_line(tmp_path, script, cause):
    code, told, _, _ = ran(tmp_path, script)
    assert (code, told) == (1, cause)


@pytest.mark.parametrize("script", ["pass", "import sys; sys.exit()", "import sys; sys.exit(0)"])
def test_a_script_that_ends_well_tells_nothing(tmp_path, script):
    assert ran(tmp_path, script)[:2] == (0, None)


def test_arguments_are_the_scripts_own_and_what_it_prints_is_kept_apart_from_what_glue_says(tmp_path):
    script = """import os, sys
print(sys.argv[1:], file=sys.stderr)
print("out")
os.write(2, b"as Spark does\\n")
raise ValueError("x")"""
    _, _, output, error = ran(tmp_path, script, "--JOB_NAME", "a b")
    assert (sorted(output.splitlines()), error.splitlines()[0]) == (["['--JOB_NAME', 'a b']", "out"], "as Spark does")
    assert "ValueError: x" in error and "Traceback" not in output
