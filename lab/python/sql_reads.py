"""sql_reads: which columns of each table a query uses, and which partitions it can skip.

A partition predicate is gathered only where it surely holds: conditions of the SELECT that names the table itself, on
partition columns alone, and in a SELECT without outer joins. A table that is named twice keeps a partition that either needs.
"""
from sqlglot import exp

UNSURE = (exp.Query, exp.Subquery, exp.AggFunc, exp.Window, exp.Rand, exp.Anonymous, exp.Exists, exp.CurrentTimestamp, exp.CurrentDate)


def reads(tree: exp.Expression, tables: dict) -> dict:
    """{"database.table": {columns: [name], partitions: predicate in DuckDB's SQL or None}}"""
    touched: dict[str, dict] = {}
    for table in tree.find_all(exp.Table):
        key = f"{table.db}.{table.name}".lower()
        if not table.db or key not in tables:
            continue
        select = table.find_ancestor(exp.Select)
        columns = {column.name for column in select.find_all(exp.Column) if column.table == table.alias_or_name} if select else set()
        predicate = skipping(select, table, set(tables[key].get("partitions") or [])) if select else None
        seen = touched.get(key)
        if seen is None:
            touched[key] = {"columns": columns, "partitions": [predicate]}
        else:
            seen["columns"] |= columns
            seen["partitions"].append(predicate)
    return {key: {"columns": sorted(seen["columns"]), "partitions": either(seen["partitions"])} for key, seen in touched.items()}


def skipping(select: exp.Select, table: exp.Table, partitions: set) -> exp.Expression | None:
    """What a partition must fulfil to matter to this SELECT."""
    joins = select.args.get("joins") or []
    if not partitions or any(join.side for join in joins):
        return None
    where = select.args.get("where")
    conditions = [where.this] if where else []
    conditions += [join.args["on"] for join in joins if join.args.get("on")]
    fit = [part for condition in conditions for part in parts(condition) if about(part, table.alias_or_name, partitions)]
    return exp.and_(*fit) if fit else None


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
