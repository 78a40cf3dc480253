"""sql_fault: what is wrong with a statement, in the words that Athena would use for it."""
from sqlglot import exp


class Fault(Exception):
    """`phase` is "start" for a statement that StartQueryExecution does not accept, "run" for a query that fails."""

    def __init__(self, code: str, message: str, phase: str = "run") -> None:
        super().__init__(message)
        self.code, self.phase = code, phase

    def told(self) -> dict:
        return {"code": self.code, "message": str(self), "phase": self.phase}


def place(node: exp.Expression | None) -> str:
    """`line 1:8: ` of a name in the text; nothing where the parser kept no position."""
    meta = node.meta if isinstance(node, exp.Expression) else {}
    if "line" not in meta:
        return ""
    return f"line {meta['line']}:{max(1, meta['col'] - (meta['end'] - meta['start']))}: "
