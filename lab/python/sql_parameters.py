"""sql_parameters: execution parameters in place of the question marks.

A parameter is a literal in Athena's SQL, text in single quotes (Athena user guide, "Use execution parameters"). It is
parsed, and written back by the generator, so it stays one value whatever it holds. Anything but a literal is refused.
"""
from sqlglot import exp, parse, tokenize
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokens import TokenType

from sql_fault import Fault


def bound(sql: str, parameters: list[str]) -> str:
    """The text with the parameters put in, in the order of the marks."""
    try:
        marks = [token for token in tokenize(sql, read="athena") if token.token_type == TokenType.PLACEHOLDER]
    except TokenError as fault:
        raise Fault("SYNTAX_ERROR", f"line 1:1: {str(fault).splitlines()[0]}", phase="start") from fault
    if len(marks) != len(parameters):
        raise Fault("INVALID_PARAMETER_USAGE", f"Incorrect number of parameters: expected {len(marks)} but found {len(parameters)}")
    written = [literal(text).sql(dialect="athena") for text in parameters]
    for mark, value in reversed(list(zip(marks, written, strict=True))):
        sql = sql[:mark.start] + value + sql[mark.end + 1:]
    return sql


def literal(text: str) -> exp.Expression:
    try:
        trees = parse(f"SELECT {text}", read="athena")
    except (ParseError, TokenError) as fault:
        raise unfit(text) from fault
    tree = trees[0] if len(trees) == 1 else None
    plain = isinstance(tree, exp.Select) and {part for part, value in tree.args.items() if value} <= {"expressions"}
    if not plain or len(tree.selects) != 1 or not is_literal(tree.selects[0]):
        raise unfit(text)
    return tree.selects[0]


def is_literal(value: exp.Expression) -> bool:
    """A number, a text, a truth value, NULL, DATE '…', TIMESTAMP '…', or a negative number."""
    if isinstance(value, (exp.Cast, exp.Neg)):
        return isinstance(value.this, exp.Literal)
    return isinstance(value, (exp.Literal, exp.Boolean, exp.Null))


def unfit(text: str) -> Fault:
    shown = text if len(text) <= 60 else text[:60] + "…"
    return Fault("INVALID_PARAMETER_USAGE", f"An execution parameter must be a literal, text in single quotes; got {shown}")
