"""jdbc: tables and columns of a database, from its own JDBC metadata, as JSON.

Input, one JSON document: {url, user, password, conf, certificate, java, jars, drivers, catalog, schema, table}; the last three are LIKE
patterns, `conf` is what GlueContext.extract_jdbc_conf says of TLS, `certificate` the text of the root certificate that it names.
Output, one line: {"tables": [{"catalog", "schema", "table", "view", "columns": [{"name", "jdbc", "size", "scale"}]}]} or {"error"}.
"""
import json
import re
import sys
from pathlib import Path

from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway
from py4j.protocol import Py4JJavaError

sys.path.insert(0, str(Path(__file__).parents[3] / "glue"))
from lake.encryption import Unproven, connected  # noqa: E402

LOGIN_SECONDS = 10
SYSTEM_SCHEMAS = ("information_schema", "sys", "pg_catalog")
#: What drivers call a table or view with rows of its own. PostgreSQL's names no type at all for some of its other things.
TYPES = ("TABLE", "BASE TABLE", "PARTITIONED TABLE", "VIEW")


def rows(result, *names: str) -> list[dict]:
    """What a ResultSet holds of these columns, which are in its order."""
    found = []
    while result.next():
        found.append({name: result.getObject(name) for name in names})
    result.close()
    return found


def fits(pattern: str, name: str | None) -> bool:
    """LIKE with %; databases fold case one way or the other, so it does not count."""
    return re.fullmatch(re.escape(pattern).replace("%", ".*"), name or "", re.IGNORECASE | re.DOTALL) is not None


def tables(gateway: JavaGateway, connection, ask: dict) -> list[dict]:
    meta = connection.getMetaData()
    types = gateway.new_array(gateway.jvm.java.lang.String, len(TYPES))
    for at, name in enumerate(TYPES):
        types[at] = name
    found = rows(meta.getTables(None, None, "%", types), "TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE")
    wanted = [one for one in found
              if (one["TABLE_TYPE"] or "").upper() in TYPES and (one["TABLE_SCHEM"] or "").lower() not in SYSTEM_SCHEMAS
              and fits(ask["catalog"], one["TABLE_CAT"]) and fits(ask["schema"], one["TABLE_SCHEM"]) and fits(ask["table"], one["TABLE_NAME"])]
    return [{"catalog": one["TABLE_CAT"], "schema": one["TABLE_SCHEM"], "table": one["TABLE_NAME"], "view": one["TABLE_TYPE"].upper() == "VIEW",
             "columns": columns(meta, one)} for one in wanted]


def columns(meta, table: dict) -> list[dict]:
    found = rows(meta.getColumns(table["TABLE_CAT"], table["TABLE_SCHEM"], table["TABLE_NAME"], "%"),
                 "COLUMN_NAME", "DATA_TYPE", "COLUMN_SIZE", "DECIMAL_DIGITS")
    return [{"name": one["COLUMN_NAME"], "jdbc": one["DATA_TYPE"], "size": one["COLUMN_SIZE"], "scale": one["DECIMAL_DIGITS"] or 0} for one in found]


def connection(gateway: JavaGateway, ask: dict):
    """Open, with TLS as the connection of Glue asks for it."""
    java = gateway.jvm.java
    engine = ask["url"].split(":")[1]
    url, tls = connected(engine, ask["url"], ask.get("conf", {}), java.lang.System.getProperty, lambda _: ask.get("certificate", ""))
    properties = java.util.Properties()
    for name, value in {**tls, "user": ask["user"], "password": ask["password"]}.items():
        properties.setProperty(name, value)
    java.sql.DriverManager.setLoginTimeout(LOGIN_SECONDS)
    return java.sql.DriverManager.getConnection(url, properties)


def main() -> None:
    ask = json.load(sys.stdin)
    jars = ":".join([*(str(jar) for jar in sorted(Path(ask["jars"]).glob("*.jar"))), *ask.get("drivers", [])])
    port, token = launch_gateway(classpath=jars, java_path=ask["java"], javaopts=["-Xmx64m"], die_on_exit=True, enable_auth=True)
    gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port, auth_token=token))
    try:
        opened = connection(gateway, ask)
        answer = {"tables": tables(gateway, opened, ask)}
        opened.close()
    except Unproven as fault:
        answer = {"error": str(fault)}
    except Py4JJavaError as fault:
        answer = {"error": str(fault.java_exception.getMessage())}
    finally:
        gateway.shutdown()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
