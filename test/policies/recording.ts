/** Recording: what a program registered, to be registered again as often as a test wants, each time with another fault. */
import type { Answers } from "../../lab/engine/monitor";
import { evaluate, type Evaluated } from "../../lab/engine/plan";
import { type Runner, runProgram } from "../../lab/engine/program";
import type { Props } from "../../lab/engine/providers/provider";
import type { Registration } from "../../lab/engine/wire";
import { root } from "../../lab/home";

type Event = { register: Registration } | { urn: string; outputs: Props };

/** A change of a resource on its way into the stack; nothing takes it out. */
export type Fault = (resource: Registration) => Registration | undefined;

export interface Recording {
  stack: string;
  /** The stack as it is. */
  plan: Evaluated;
  /** One list a run of the program: a preview runs it twice. */
  runs: Event[][];
}

/** Evaluate a stack with its own program, and keep what that registers. */
export async function record(stack: string): Promise<Recording> {
  const runs: Event[][] = [];
  const run: Runner = (program, answers) => {
    const events: Event[] = [];
    runs.push(events);
    return runProgram(program, kept(answers, events));
  };
  return { stack, runs, plan: await evaluate({ stack, root, run }) };
}

const kept = (answers: Answers, events: Event[]): Answers => ({
  register: (resource) => {
    // Its transforms are functions of a program that is gone by then; the first test looks whether the stack is the same without them.
    events.push({ register: { ...resource, transforms: [] } });
    return answers.register(resource);
  },
  outputs: (urn, outputs) => {
    events.push({ urn, outputs });
    answers.outputs(urn, outputs);
  },
  read: (resource) => answers.read(resource),
  invoke: (token, args, provider) => answers.invoke(token, args, provider),
  transformAll: (by) => answers.transformAll(by),
  log: (severity, message, urn) => answers.log(severity, message, urn),
});

/** The stack with one fault in it, evaluated and judged as `sensorlake preview` does it. */
export async function withFault({ stack, runs }: Recording, fault: Fault): Promise<Evaluated> {
  let next = 0;
  const run: Runner = async (_, answers) => {
    for (const event of runs[next++]!) {
      if ("urn" in event) answers.outputs(event.urn, event.outputs);
      else {
        const resource = fault(structuredClone(event.register));
        if (resource) await answers.register(resource);
      }
    }
    return { code: 0, stdout: "", stderr: "" };
  };
  return evaluate({ stack, root, run });
}
