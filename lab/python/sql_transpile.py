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

from sqlglot import exp

from sql_catalogue import about_catalogue
from sql_fault import Fault
from sql_meaning import check, types_fit, with_duckdb_meaning
from sql_parameters import bound
from sql_parse import parsed, verb
from sql_reads import reads
from sql_resolve import resolved
from sql_views import unnamed, with_views

# What it would say of a SHOW is no news: sql_catalogue.py reads those.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


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
