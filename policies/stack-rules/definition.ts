/** Definition: what every rule about a state machine begins with. */
import { definitionOf, type Scope, type State } from "../asl/machine";
import type { Answer, Rule } from "../rule";
import type { Seen, Stack } from "../stack";

export const MACHINE = "aws:sfn/stateMachine:StateMachine";
export const orchestration = { level: "mandatory", promise: "orchestration", types: [MACHINE] } as const;

/** A check of the definition, once it is known. */
export const ofDefinition = (say: (root: Scope, machine: Seen, stack: Stack) => Answer[]): Rule["check"] => (machine, stack) => {
  const root = definitionOf(machine.props.definition);
  return root ? say(root, machine, stack) : { undecided: "the definition" };
};

/** Whether a state waits until the work is done, or a token comes back. */
export const waits = ({ Resource = "" }: State): boolean => /\.sync(:2)?$|\.waitForTaskToken$|:activity:/.test(Resource);
