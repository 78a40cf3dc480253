"""sql_transpile: a statement in Athena's SQL in, what DuckDB is to run out. Nothing is read here but the text.

    {sql, database, parameters?, tables?}
        -> {statement: "query", missing: [...]}                  which tables it must be told of, then ask again
        -> {statement: "query", sql, columns, reads}             reads: what it touches of each table
        -> {statement: "show_tables" | "describe" | ..., ...}    sql_catalogue.py
        -> {error: {code, message, phase}}                       phase "start": not accepted; "run": the query fails

`tables` has for "database.table": {columns: {name: DuckDB type}, partitions: [name]}, or {view: {sql, database, columns}},
or {absent: "table" | "schema" | "<why>"}. A view is put in place as a subquery.
"""
import logging
import re

from sqlglot import exp, parse
from sqlglot.errors import OptimizeError, ParseError, TokenError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.qualify_tables import qualify_tables
from sqlglot.schema import MappingSchema

from sql_catalogue import about_catalogue
from sql_fault import Fault, place
from sql_meaning import check, types_fit, with_duckdb_meaning
from sql_parameters import bound
from sql_reads import reads

# What it would say of a SHOW is no news: sql_catalogue.py reads those.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

ATHENA = "athena"
DEEPEST_VIEW = 16


def transpile(request: dict) -> dict:
    """One statement of the request, as the module says; every fault of the statement is in the answer."""
    try:
        sql = bound(request["sql"], request.get("parameters") or [])
        tree = parsed(sql)
        described = about_catalogue(tree, sql, request.get("database"))
        if described:
            return described
        if not isinstance(tree, exp.Query) and not isinstance(tree, exp.Values):
            raise Fault("NOT_SUPPORTED", f"The lab does not do {verb(tree, request['sql'])}.", phase="start")
        check(tree)
        return query(tree, request.get("database"), request.get("tables") or {})
    except Fault as fault:
        return {"error": fault.told()}
    except RecursionError:
        return {"error": Fault("SYNTAX_ERROR", "The statement is nested too deeply.", phase="start").told()}


def parsed(sql: str) -> exp.Expression:
    """The one statement of a text."""
    try:
        trees = [tree for tree in parse(sql, read=ATHENA) if tree is not None]
    except ParseError as fault:
        first = fault.errors[0] if fault.errors else {}
        at = f"line {first.get('line', 1)}:{first.get('col', 1)}"
        raise Fault("SYNTAX_ERROR", f"{at}: mismatched input '{first.get('highlight') or ''}'. {first.get('description', '')}", phase="start") from fault
    except TokenError as fault:
        raise Fault("SYNTAX_ERROR", f"line 1:1: {str(fault).splitlines()[0]}", phase="start") from fault
    if len(trees) != 1:
        raise Fault("SYNTAX_ERROR", f"Only one sql statement is allowed. Got: {len(trees)}", phase="start")
    return trees[0]


def verb(tree: exp.Expression, sql: str) -> str:
    """What a statement does, for a person: `CREATE TABLE`, `DROP VIEW`, `INSERT`."""
    kind = tree.args.get("kind")
    name = tree.this if isinstance(tree, exp.Command) and isinstance(tree.this, str) else tree.key.upper()
    if isinstance(tree, exp.Create) and tree.expression is not None and str(kind).upper() == "TABLE":
        return "CREATE TABLE AS SELECT"
    return f"{name} {kind}".upper() if isinstance(kind, str) else (name or sql.split()[0]).upper()


def query(tree: exp.Expression, database: str | None, tables: dict) -> dict:
    """A query: its tables known or asked for, then in DuckDB's words."""
    if isinstance(tree, exp.Values):
        tree = exp.select("*").from_(tree)
    tree, missing = with_views(tree, database, tables, 0)
    if missing:
        return {"statement": "query", "missing": sorted(missing)}
    known = {key: table for key, table in tables.items() if "columns" in table}
    tree = resolved(tree, known)
    names = [f"_col{i}" if unnamed(column) else column.alias_or_name for i, column in enumerate(tree.selects)]
    types_fit(tree)
    touched = reads(tree, known)
    return {"statement": "query", "sql": with_duckdb_meaning(tree).sql(dialect="duckdb"), "columns": names, "reads": touched}


def with_views(tree: exp.Expression, database: str | None, tables: dict, depth: int) -> tuple[exp.Expression, set]:
    """Every table with its database in front, every view in place; and the tables that nothing is known of yet."""
    if depth > DEEPEST_VIEW:
        raise Fault("NOT_SUPPORTED", f"Views are nested more than {DEEPEST_VIEW} deep.")
    for i, column in enumerate(tree.selects):
        if not isinstance(column, exp.Alias) and not isinstance(column, exp.Column) and not column.is_star:
            column.replace(exp.alias_(column.copy(), f"{UNNAMED}{i}"))
    tree = qualify_tables(tree, db=database, dialect=ATHENA)
    missing: set[str] = set()
    for table in list(tree.find_all(exp.Table)):
        if not table.db:
            if table.name.lower() in names_given(table):
                continue
            raise Fault("MISSING_CATALOG_NAME", f"{place(table.this)}Schema must be specified when session schema is not set")
        key = f"{table.db}.{table.name}".lower()
        meant = tables.get(key)
        if meant is None:
            missing.add(key)
        elif "absent" in meant:
            raise absent(table, meant["absent"])
        elif "view" in meant:
            inner, more = in_place(table, meant["view"], tables, depth)
            missing |= more
            if table is tree:
                tree = inner
        else:
            table.set("catalog", None)
            table.set("db", exp.to_identifier(table.db.lower(), quoted=True))
            table.set("this", exp.to_identifier(table.name.lower(), quoted=True))
    return tree, missing


UNNAMED = "unnamed column "


def unnamed(column: exp.Expression) -> bool:
    return column.alias_or_name.startswith(UNNAMED)


def names_given(table: exp.Table) -> set:
    """Names that a WITH around a table gives; such a name is no table of the catalogue."""
    names, around = set(), table.parent
    while around is not None:
        names |= {cte.alias.lower() for cte in getattr(around, "ctes", [])}
        around = around.parent
    return names


def in_place(table: exp.Table, view: dict, tables: dict, depth: int) -> tuple[exp.Expression, set]:
    """Put a view's query where its name stands."""
    body = parsed(view["sql"])
    check(body)
    body, missing = with_views(body, view["database"], tables, depth + 1)
    declared = [column["name"].lower() for column in view["columns"]]
    if not missing:
        given = [column.alias_or_name.lower() for column in resolved(body.copy(), {k: t for k, t in tables.items() if "columns" in t}).selects]
        if given != declared:
            raise Fault("VIEW_IS_STALE", f"{place(table.this)}View '{table.db}.{table.name}' is stale or in invalid state: "
                        f"it declares {', '.join(declared)} and selects {', '.join(given)}")
    inner = exp.Subquery(this=body, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name, quoted=True)))
    if table.args.get("joins"):
        inner.set("joins", table.args["joins"])
    table.replace(inner)
    return inner, missing


def absent(table: exp.Table, what: str) -> Fault:
    at = place(table.this)
    if what == "table":
        return Fault("TABLE_NOT_FOUND", f"{at}Table 'awsdatacatalog.{table.db}.{table.name}' does not exist")
    if what == "schema":
        return Fault("SCHEMA_NOT_FOUND", f"{at}Schema '{table.db}' does not exist")
    return Fault("NOT_SUPPORTED", what)


def unresolved(said: str) -> Fault:
    """A name that stands for nothing, in Athena's words."""
    found = re.search(r"Column '([^']*)' could not be resolved.*?Line: (\d+), Col: (\d+)", said, flags=re.S)
    if not found:
        return Fault("COLUMN_NOT_FOUND", said)
    name, line, last = found.group(1), int(found.group(2)), int(found.group(3))
    at = max(1, last - len(name) + 1)
    return Fault("COLUMN_NOT_FOUND", f"line {line}:{at}: Column '{name}' cannot be resolved or requester is not authorized to access requested resources")


def resolved(tree: exp.Expression, known: dict) -> exp.Expression:
    """Every column with its table in front, stars expanded, types known."""
    schema = MappingSchema(dialect="duckdb")
    for key, table in known.items():
        database, name = key.split(".", 1)
        schema.add_table(exp.table_(name, db=database, quoted=True), table["columns"], dialect="duckdb")
    try:
        tree = qualify(tree, schema=schema, dialect=ATHENA, quote_identifiers=True, validate_qualify_columns=True)
    except OptimizeError as fault:
        raise unresolved(str(fault)) from fault
    return annotate_types(tree, schema=schema, dialect=ATHENA)
