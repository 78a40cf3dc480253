"""sql_parse: the text of a statement in, its tree out."""
from sqlglot import exp, parse
from sqlglot.errors import ParseError, TokenError

from sql_fault import Fault


def parsed(sql: str) -> exp.Expression:
    """The one statement of a text."""
    try:
        trees = [tree for tree in parse(sql, read="athena") if tree is not None]
    except ParseError as fault:
        first = fault.errors[0] if fault.errors else {}
        at = f"line {first.get('line', 1)}:{first.get('col', 1)}"
        raise Fault("SYNTAX_ERROR", f"{at}: mismatched input '{first.get('highlight') or ''}'. {first.get('description', '')}", phase="start") from fault
    except TokenError as fault:
        raise Fault("SYNTAX_ERROR", f"line 1:1: {str(fault).splitlines()[0]}", phase="start") from fault
    if len(trees) != 1:
        raise Fault("SYNTAX_ERROR", f"Only one sql statement is allowed. Got: {len(trees)}", phase="start")
    if isinstance(trees[0], (exp.Condition, exp.Alias)):
        word = sql.split()[0]
        raise Fault("SYNTAX_ERROR", f"line 1:1: mismatched input '{word}'. Expecting: 'SELECT', 'WITH', 'VALUES', 'SHOW', 'DESCRIBE'", phase="start")
    return trees[0]


def verb(tree: exp.Expression, sql: str) -> str:
    """What a statement does, for a person: `CREATE TABLE`, `DROP VIEW`, `INSERT`."""
    kind = tree.args.get("kind")
    name = tree.this if isinstance(tree, exp.Command) and isinstance(tree.this, str) else tree.key.upper()
    if isinstance(tree, exp.Create) and tree.expression is not None and str(kind).upper() == "TABLE":
        return "CREATE TABLE AS SELECT"
    return f"{name} {kind}".upper() if isinstance(kind, str) else (name or sql.split()[0]).upper()
