"""sql_meaning: what a query of Athena means that DuckDB would take otherwise, and what neither may be asked."""
from sqlglot import exp

from sql_fault import Fault, place

#: Functions of Trino that sqlglot has no class for and DuckDB has under the same name, with the same meaning.
SAME_IN_BOTH = {"geometric_mean", "url_decode", "url_encode"}
#: Functions that sqlglot knows from other dialects and that reach outside the catalogue.
NEVER = (exp.ReadCSV, exp.ReadParquet, exp.Glob)
REFUSED = {
    exp.Into: "SELECT INTO", exp.Lock: "FOR UPDATE", exp.TableSample: "TABLESAMPLE", exp.MatchRecognize: "MATCH_RECOGNIZE",
    exp.Pivot: "PIVOT", exp.Parameter: "@ parameters", exp.SessionParameter: "session parameters",
}


def check(tree: exp.Expression) -> None:
    """Refuse what the lab does not do and what would reach past the catalogue."""
    for node in tree.walk():
        for kind, name in REFUSED.items():
            if isinstance(node, kind):
                raise Fault("NOT_SUPPORTED", f"The lab does not do {name}.")
        if isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)) and node.name.lower() not in SAME_IN_BOTH:
            raise Fault("FUNCTION_NOT_FOUND", f"{place(node)}Function '{node.name.lower()}' not registered (in the lab)")
        if isinstance(node, NEVER) or (isinstance(node, (exp.DML, exp.DDL)) and not isinstance(node, exp.Query)):
            raise Fault("NOT_SUPPORTED", f"The lab does not do {node.key} inside a query.")
        if isinstance(node, exp.Table):
            check_table(node)


def check_table(table: exp.Table) -> None:
    if not isinstance(table.this, exp.Identifier):
        raise Fault("NOT_SUPPORTED", f"The lab does not do table functions such as {table.this.sql()[:40]}.")
    if table.args.get("version") or table.args.get("when") or table.args.get("changes"):
        raise Fault("NOT_SUPPORTED", "The lab does not do time travel (FOR TIMESTAMP, FOR VERSION).")
    if table.catalog and table.catalog.lower() != "awsdatacatalog":
        raise Fault("CATALOG_NOT_FOUND", f"{place(table.this)}Catalog '{table.catalog}' does not exist")


NUMBERS = exp.DataType.NUMERIC_TYPES
TIMES = exp.DataType.TEMPORAL_TYPES
TEXTS = exp.DataType.TEXT_TYPES


def types_fit(tree: exp.Expression) -> None:
    """Trino compares no text with a number or a time; DuckDB would cast in silence."""
    for test in tree.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
        left, right = test.left.type, test.right.type
        if left is None or right is None:
            continue
        for one, other in ((left, right), (right, left)):
            if one.this in TEXTS and (other.this in NUMBERS or other.this in TIMES):
                sign = {"eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}[test.key]
                raise Fault("TYPE_MISMATCH", f"{place(test.find(exp.Identifier))}Cannot apply operator: {trino(left)} {sign} {trino(right)}")


def trino(kind: exp.DataType) -> str:
    return "varchar" if kind.this in TEXTS else kind.sql(dialect="athena").lower()


def with_duckdb_meaning(tree: exp.Expression) -> exp.Expression:
    """Where DuckDB would answer otherwise: whole-number division, max_by over NULL, date_diff in full units."""
    return tree.transform(meant, copy=True)


def meant(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Table) and node.db:
        # A view of DuckDB that only one query sees has no schema: its name is both of Athena's.
        named = exp.Table(this=exp.to_identifier(f"{node.db}.{node.name}", quoted=True))
        return exp.alias_(named, node.alias, table=True, quoted=True) if node.alias else named
    if isinstance(node, exp.DataType) and node.this in TIMES and node.expressions:
        # DuckDB's types of less precision compare with no time zone; a result is written with what it has.
        return exp.DataType(this=node.this, nested=node.args.get("nested", False))
    if isinstance(node, (exp.Div, exp.Mod)) and whole(node.left) and whole(node.right):
        return whole_division(node)
    if isinstance(node, exp.Cast) and node.to.this in exp.DataType.INTEGER_TYPES and fractional(node.this):
        # Trino rounds halves away from zero, DuckDB to the even neighbour.
        rounded = node.copy()
        rounded.set("this", exp.Round(this=node.this.copy()))
        return rounded
    if isinstance(node, (exp.ArgMax, exp.ArgMin)):
        name = "arg_max_null" if isinstance(node, exp.ArgMax) else "arg_min_null"
        return exp.Anonymous(this=name, expressions=[part for part in (node.this, node.expression) if part is not None])
    if isinstance(node, (exp.DateDiff, exp.TimestampDiff)):
        # Trino counts full units between the two, DuckDB's date_diff the borders crossed.
        return exp.Anonymous(this="date_sub", expressions=[exp.Literal.string(node.text("unit").lower() or "day"), node.expression, node.this])
    return node


def whole(node: exp.Expression) -> bool:
    return node.type is not None and node.type.this in exp.DataType.INTEGER_TYPES


def fractional(node: exp.Expression) -> bool:
    return node.type is not None and node.type.this in exp.DataType.FLOAT_TYPES


def whole_division(node: exp.Binary) -> exp.Expression:
    """Rounds toward zero, and fails on zero as Trino does, where DuckDB answers NULL."""
    kind = exp.IntDiv if isinstance(node, exp.Div) else exp.Mod
    by = node.right
    if not (isinstance(by, exp.Literal) and by.name not in ("0", "")):
        fails = exp.Anonymous(this="error", expressions=[exp.Literal.string("DIVISION_BY_ZERO: Division by zero")])
        by = exp.Case(ifs=[exp.If(this=exp.EQ(this=exp.paren(by.copy()), expression=exp.Literal.number(0)), true=fails)], default=by.copy())
    return exp.paren(kind(this=exp.paren(node.left.copy()), expression=exp.paren(by)))
