/** Machine role: a state machine's role allows what its tasks do, and nothing else. */
import { definitionOf, statesOf, tasksOf } from "../asl/machine";
import { logging, mapNeeds, needsOf, tracing } from "../asl/needs";
import { taskOf } from "../asl/task";
import { beyond, missing, type Need } from "../iam/need";
import { placeOf } from "../iam/place";
import { permissionsOf, roleOf } from "../iam/role";
import type { Answer, Rule } from "../rule";

export const machineAllowed: Rule = {
  name: "st-sfn-07",
  why: "A permission that is missing shows when the task runs, often at night; one that nothing needs is what an intruder uses.",
  set: "Allow the role the actions of its tasks, on the resources that they name, and nothing else.",
  covers: [],
  level: "mandatory",
  promise: "permissions",
  types: ["aws:sfn/stateMachine:StateMachine"],
  check: (machine, stack) => {
    const definition = definitionOf(machine.props.definition);
    const role = roleOf(machine, "roleArn", machine.props.roleArn, stack);
    const place = placeOf(stack);
    if (!definition) return { undecided: "the definition" };
    if (!role || !place) return { undecided: "what its role allows: the role is not in this stack, which" };
    const allows = permissionsOf(role, stack);
    if (typeof allows === "string") return { undecided: allows };
    const asked = tasksOf(definition).map(({ name, state }) => {
      const task = taskOf(state);
      return { name, needs: task && needsOf(task, name, place) };
    });
    const strange = asked.filter(({ needs }) => !needs).map(({ name }): Answer => ({ undecided: `what the task "${name}" needs` }));
    const { loggingConfiguration: log, tracingConfiguration: trace } = machine.props;
    const maps = statesOf(definition).flatMap((one) => mapNeeds(one, String(machine.props.name), place));
    const needs: Need[] = [...asked.flatMap((one) => one.needs ?? []), ...maps, ...(log?.level && log.level !== "OFF" ? logging : []), ...(trace?.enabled ? tracing : [])];
    return [...new Set([...strange, ...missing(needs, allows), ...(strange.length ? [] : beyond(needs, allows))])];
  },
};
