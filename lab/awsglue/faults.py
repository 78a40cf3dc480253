"""Faults of the lab's awsglue, told apart from those of a script."""


class NotInLab(NotImplementedError):
    """AWS Glue has it, the lab does not."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the lab's awsglue does not have {what}")


def refuse(what: str, given: dict, known: set[str]) -> None:
    """Stop at the first option that would be ignored silently."""
    for name in given:
        if name not in known:
            raise NotInLab(f"{what} {name}")
