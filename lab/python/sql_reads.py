"""sql_reads: which columns of each table a query uses, which partitions it can skip, and which files by their bounds.

A condition counts only where it surely holds: it stands in the SELECT that names the table itself, is about that table
alone, and no join of that SELECT is an outer one. A table that is named twice keeps what either of the two needs.
"""
from sqlglot import exp

UNSURE = (exp.Query, exp.Subquery, exp.AggFunc, exp.Window, exp.Rand, exp.Anonymous, exp.Exists, exp.CurrentTimestamp, exp.CurrentDate)


OPERATORS = {exp.EQ: "=", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}
MIRRORED = {"=": "=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}


def reads(tree: exp.Expression, tables: dict) -> dict:
    """{"database.table": {columns: [name], partitions: predicate in DuckDB's SQL or None, bounds: one list a mention}}

    A bound is [column, operator, value in DuckDB's SQL]: a file of which no row can fulfil all of a list's is not read.
    """
    touched: dict[str, dict] = {}
    for table in tree.find_all(exp.Table):
        key = f"{table.db}.{table.name}".lower()
        select = table.find_ancestor(exp.Select)
        if not table.db or key not in tables or select is None:
            continue
        alias = table.alias_or_name
        sure = conditions(select)
        seen = touched.setdefault(key, {"columns": set(), "partitions": [], "bounds": []})
        seen["columns"] |= {column.name for column in select.find_all(exp.Column) if column.table == alias}
        seen["partitions"].append(skipping(sure, alias, set(tables[key].get("partitions") or [])))
        seen["bounds"].append([bound for condition in sure for bound in bounds(condition, alias)])
    return {key: {"columns": sorted(seen["columns"]), "partitions": either(seen["partitions"]), "bounds": seen["bounds"]} for key, seen in touched.items()}


def conditions(select: exp.Select) -> list:
    """What every row of the SELECT's tables must fulfil, one by one."""
    joins = select.args.get("joins") or []
    if any(join.side for join in joins):
        return []
    where = select.args.get("where")
    whole = ([where.this] if where else []) + [join.args["on"] for join in joins if join.args.get("on")]
    return [part for condition in whole for part in parts(condition)]


def skipping(sure: list, alias: str, partitions: set) -> exp.Expression | None:
    """What a partition must fulfil to matter."""
    fit = [part for part in sure if about(part, alias, partitions)]
    return exp.and_(*fit) if fit else None


def bounds(condition: exp.Expression, alias: str) -> list:
    """Comparisons of one column with one value."""
    if isinstance(condition, exp.Between):
        low, high = (comparison(condition.this, sign, condition.args[end], alias) for sign, end in ((">=", "low"), ("<=", "high")))
        return [bound for bound in (low, high) if bound]
    sign = OPERATORS.get(type(condition))
    found = sign and (comparison(condition.left, sign, condition.right, alias) or comparison(condition.right, MIRRORED[sign], condition.left, alias))
    return [found] if found else []


def comparison(column: exp.Expression, sign: str, value: exp.Expression, alias: str) -> list | None:
    plain = isinstance(column, exp.Column) and column.table == alias
    fixed = isinstance(value.this if isinstance(value, exp.Cast | exp.Neg) else value, exp.Literal)
    return [column.name, sign, duckdb_value(value)] if plain and fixed else None


def duckdb_value(value: exp.Expression) -> str:
    """A time of any precision as DuckDB's own."""
    plain = value.copy()
    for kind in plain.find_all(exp.DataType):
        kind.set("expressions", None)
    return plain.sql(dialect="duckdb")


def parts(condition: exp.Expression) -> list:
    condition = condition.unnest()
    return [*parts(condition.left), *parts(condition.right)] if isinstance(condition, exp.And) else [condition]


def about(condition: exp.Expression, alias: str, partitions: set) -> bool:
    """True for a condition on partition columns of one table and on nothing else."""
    columns = list(condition.find_all(exp.Column))
    return bool(columns) and not condition.find(*UNSURE) and all(c.table == alias and c.name in partitions for c in columns)


def either(predicates: list) -> str | None:
    if any(predicate is None for predicate in predicates):
        return None
    whole = exp.or_(*[predicate.copy() for predicate in predicates])
    for column in whole.find_all(exp.Column):
        column.set("table", None)
    return whole.sql(dialect="duckdb")
