"""sql_views: every table of a query with its database in front, and every view in place as the query that it stands for."""
from sqlglot import exp
from sqlglot.optimizer.qualify_tables import qualify_tables

from sql_fault import Fault, place
from sql_meaning import check
from sql_parse import parsed
from sql_resolve import resolved

DEEPEST_VIEW = 16
UNNAMED = "unnamed column "


def with_views(tree: exp.Expression, database: str | None, tables: dict, depth: int) -> tuple[exp.Expression, set]:
    """Every table with its database in front, every view in place; and the tables that nothing is known of yet."""
    if depth > DEEPEST_VIEW:
        raise Fault("NOT_SUPPORTED", f"Views are nested more than {DEEPEST_VIEW} deep.")
    for i, column in enumerate(tree.selects):
        if not isinstance(column, exp.Alias) and not isinstance(column, exp.Column) and not column.is_star:
            column.replace(exp.alias_(column.copy(), f"{UNNAMED}{i}"))
    tree = qualify_tables(tree, db=database, dialect="athena")
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
