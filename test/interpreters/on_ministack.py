"""State machines on MiniStack's interpreter: JSON in, JSON out; what their tasks call is answered from a table.

In: {"machines": {arn: definition}, "start": arn, "input": {...}, "answers": [{"resource", "where", "then": [{"returns"} | {"throws"}]}]}.
Out: {"status", "error", "cause", "entered": [[execution, state], ...]}, in the order in which the interpreter came to each state.
Nested machines are MiniStack's own. Its history leaves out states inside Parallel and Map, so they are told by its handlers.
"""
import json
import os
import sys
from typing import Any

# Waits and pauses between retries take no time; read when the module is imported.
os.environ["SFN_WAIT_SCALE"] = "0"

from ministack.core.responses import set_request_account_id, set_request_region  # noqa: E402
from ministack.services import stepfunctions as states  # noqa: E402


def fits(given: Any, where: Any) -> bool:
    """Whether a value has all that `where` has."""
    if isinstance(where, dict):
        return isinstance(given, dict) and all(fits(given.get(key), value) for key, value in where.items())
    return bool(given == where)


class Answers:
    """What each call is answered: the first rule that fits, its answers one after the other, the last one from then on."""

    def __init__(self, rules: list[dict]) -> None:
        self.rules = [(rule["resource"], rule.get("where", {}), list(rule["then"])) for rule in rules]

    def of(self, resource: str, given: dict) -> Any:
        name = resource.removeprefix("arn:aws:states:::")
        for wanted, where, then in self.rules:
            if name != wanted or not fits(given, where):
                continue
            answer = then.pop(0) if len(then) > 1 else then[0]
            if "throws" in answer:
                raise states._ExecutionError(answer["throws"]["error"], answer["throws"]["cause"])
            return answer["returns"]
        raise states._ExecutionError("NoAnswer", f"No answer is given for {name} {json.dumps(given)}")


def main() -> None:
    asked = json.load(sys.stdin)
    answers = Answers(asked["answers"])
    entered: list[list[str]] = []
    account, region = asked["start"].split(":")[4], asked["start"].split(":")[3]
    set_request_account_id(account)
    set_request_region(region)
    for arn, definition in asked["machines"].items():
        name = arn.split(":")[-1]
        status, _, body = states._create_state_machine({"name": name, "definition": json.dumps(definition), "roleArn": "arn:aws:iam::1:role/r"})
        if status != 200:
            raise SystemExit(body)

    def telling(handler: Any, *kinds: str) -> Any:
        """The handler of a kind of state, which also tells that its state was entered."""
        def told(state: dict, given: Any, *rest: Any) -> Any:
            if state.get("Type") in kinds:
                context = rest[-1]
                entered.append([context["Execution"]["Id"], context["State"]["Name"]])
            return handler(state, given, *rest)
        return told

    for kind in ("Pass", "Task", "Choice", "Wait", "Parallel", "Map"):
        handler = f"_execute_{kind.lower()}"
        setattr(states, handler, telling(getattr(states, handler), kind))
    states._fail_state_error = telling(states._fail_state_error, "Fail")
    states._apply_input_path = telling(states._apply_input_path, "Succeed")
    # Branches share one context; a copy each keeps the names of their states apart.
    scope = states._run_sub_machine
    states._run_sub_machine = lambda inner, start, given, execution, context: scope(inner, start, given, execution, dict(context))
    task = states._invoke_resource
    nested = "arn:aws:states:::states:startExecution"
    states._invoke_resource = lambda resource, given: task(resource, given) if resource.startswith(nested) else answers.of(resource, given)

    _, _, body = states._start_sync_execution({"stateMachineArn": asked["start"], "input": json.dumps(asked["input"])})
    ended = json.loads(body)
    print(json.dumps({key: ended.get(key) for key in ("status", "error", "cause", "output")} | {"entered": entered}))


if __name__ == "__main__":
    main()
