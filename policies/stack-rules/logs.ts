/** Logs: what is written about runs and traffic lands in log groups that this stack keeps. */
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";

const FUNCTION = "aws:lambda/function:Function";
const MACHINE = "aws:sfn/stateMachine:StateMachine";
const FLOWS = "aws:ec2/flowLog:FlowLog";
export const LOGS = "aws:cloudwatch/logGroup:LogGroup";

export const logsKept: Rule = {
  name: "st-obs-02",
  why: "A log group that AWS makes by itself is kept for ever and in the clear; one of others is read by others.",
  set: "Name a LogGroup of this stack: loggingConfig.logGroup of a function, logDestination of a state machine and of a flow log.",
  level: "prod",
  promise: "operations",
  covers: [],
  types: [FUNCTION, MACHINE, FLOWS],
  check: (resource, stack) => {
    const { type, props } = resource;
    if (type === FUNCTION) return inStack(resource, "loggingConfig", props.loggingConfig?.logGroup ?? (known(props.name) ? `/aws/lambda/${String(props.name)}` : undefined), stack);
    if (type === FLOWS) return (props.logDestinationType ?? "cloud-watch-logs") === "cloud-watch-logs" && (props.logDestination ?? props.logGroupName) !== undefined ? inStack(resource, "logDestination", props.logDestination ?? props.logGroupName, stack) : undefined;
    const { level, logDestination } = (props.loggingConfiguration ?? {}) as Props;
    return level === undefined || level === "OFF" ? undefined : inStack(resource, "loggingConfiguration", logDestination, stack);
  },
};

function inStack(resource: Seen, property: string, group: unknown, stack: Stack): Answer {
  if (group === undefined) return "its log group is not named; name one of this stack";
  if (String(group).includes(UNKNOWN)) return stack.behind(resource, property, LOGS).length ? undefined : { undecided: "its log group" };
  const name = String(group).replace(/:\*$/, "");
  return stack.ofTypes([LOGS]).some(({ props }) => [props.arn, props.name].includes(name)) ? undefined : `it logs to ${name}, which is no log group of this stack; take the name from one`;
}
