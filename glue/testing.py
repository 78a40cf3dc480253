"""Spark for tests: one session for all of them, as the lab sets it up, with Iceberg on a folder instead of a bucket."""
import os
import sys
import tempfile
import time
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

ROOT = Path(__file__).parents[1]
JARS = ROOT / ".sensorlake" / "jars"


@pytest.fixture(scope="session")
def spark():
    os.environ["TZ"] = "UTC"
    time.tzset()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Workers import the library, too.
    os.environ["PYTHONPATH"] = os.pathsep.join(str(ROOT / folder) for folder in ("glue", "lab"))
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-Duser.timezone=UTC -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote",
        "spark.driver.extraClassPath": ":".join(str(jar) for jar in sorted(JARS.glob("*.jar")) if jar.name.startswith(("iceberg-spark", "h2-"))),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.glue_catalog": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.glue_catalog.type": "hadoop",
        "spark.sql.catalog.glue_catalog.warehouse": tempfile.mkdtemp(prefix="warehouse-"),
    }
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
