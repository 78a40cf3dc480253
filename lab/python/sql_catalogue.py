"""sql_catalogue: statements that ask about the catalogue and read no data: SHOW and DESCRIBE."""
import re

from sqlglot import exp

from sql_fault import Fault

NAME = r'[`"]?([A-Za-z_][A-Za-z0-9_]*)[`"]?'
TABLE = rf"{NAME}(?:\.{NAME})?"
FORMS = [
    ("show_databases", r"SHOW\s+(?:DATABASES|SCHEMAS)(?:\s+LIKE\s+'(?P<pattern>[^']*)')?"),
    ("show_tables", rf"SHOW\s+TABLES(?:\s+(?:IN|FROM)\s+{NAME})?(?:\s+'(?P<pattern>[^']*)')?"),
    ("show_columns", rf"SHOW\s+COLUMNS\s+(?:IN|FROM)\s+{TABLE}"),
    ("show_partitions", rf"SHOW\s+PARTITIONS\s+{TABLE}"),
    ("describe", rf"(?:DESCRIBE|DESC)\s+(?:FORMATTED\s+|EXTENDED\s+)?{TABLE}"),
]


def about_catalogue(tree: exp.Expression, sql: str, database: str | None) -> dict | None:
    """What such a statement asks for, or nothing when it is of another kind."""
    if not isinstance(tree, (exp.Command, exp.Describe, exp.Show)):
        return None
    text = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL).strip().rstrip(";").strip()
    for statement, form in FORMS:
        found = re.fullmatch(form, text, flags=re.IGNORECASE)
        if found:
            return {"statement": statement, "pattern": found.groupdict().get("pattern"), **named(statement, found, database)}
    words = " ".join(text.split()[:2]).upper()
    raise Fault("NOT_SUPPORTED", f"The lab does not do {words}; it has SELECT, SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, "
                "SHOW PARTITIONS and DESCRIBE.", phase="start")


def named(statement: str, found: re.Match, database: str | None) -> dict:
    if statement == "show_databases":
        return {}
    first = found.group(1)
    if statement == "show_tables":
        return {"database": in_database(first or database)}
    second = found.group(2)
    return {"database": in_database(first if second else database), "table": (second or first).lower()}


def in_database(name: str | None) -> str:
    if not name:
        raise Fault("MISSING_CATALOG_NAME", "Schema must be specified when session schema is not set", phase="start")
    return name.lower()
