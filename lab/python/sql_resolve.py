"""sql_resolve: every name of a query stands for a column of a known table, and has its type."""
import re

from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from sql_fault import Fault


def resolved(tree: exp.Expression, known: dict) -> exp.Expression:
    """Every column with its table in front, stars expanded, types known."""
    schema = MappingSchema(dialect="duckdb")
    for key, table in known.items():
        database, name = key.split(".", 1)
        schema.add_table(exp.table_(name, db=database, quoted=True), table["columns"], dialect="duckdb")
    try:
        tree = qualify(tree, schema=schema, dialect="athena", quote_identifiers=True, validate_qualify_columns=True)
    except OptimizeError as fault:
        raise unresolved(str(fault)) from fault
    return annotate_types(tree, schema=schema, dialect="athena")


def unresolved(said: str) -> Fault:
    """A name that stands for nothing, in Athena's words."""
    found = re.search(r"Column '([^']*)' could not be resolved.*?Line: (\d+), Col: (\d+)", said, flags=re.DOTALL)
    if not found:
        return Fault("COLUMN_NOT_FOUND", said)
    name, line, last = found.group(1), int(found.group(2)), int(found.group(3))
    at = max(1, last - len(name) + 1)
    return Fault("COLUMN_NOT_FOUND", f"line {line}:{at}: Column '{name}' cannot be resolved or requester is not authorized to access requested resources")
