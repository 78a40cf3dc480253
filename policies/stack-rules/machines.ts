/** Machines: a state machine that is sound: it ends, fails loudly, and waits no longer than it may. Field names: Amazon States Language specification. */
import { reachedFrom, type Scope, scopesOf, type State, targetsOf, tasksOf } from "../asl/machine";
import { taskOf } from "../asl/task";
import type { Answer, Rule } from "../rule";
import type { Seen, Stack } from "../stack";
import { MACHINE, ofDefinition, orchestration, waits } from "./definition";

export const sound: Rule = {
  ...orchestration,
  name: "st-sfn-02",
  why: "A state that nothing leads to is dead, and a machine that leads nowhere fails when it gets there.",
  set: "Let StartAt, Next, Default and Catch name states of their own scope, let every state be reached, and let every scope have an end.",
  covers: [],
  check: ofDefinition((root) => scopesOf(root).flatMap((scope) => [...dangling(scope), ...unreached(scope), ...endless(scope)])),
};

function dangling({ StartAt = "", States = {} }: Scope): Answer[] {
  const leads = (from: string, to: string): Answer => (to in States ? undefined : `${from} leads to "${to}", which is not there; name a state of its scope`);
  return [leads("StartAt", StartAt), ...Object.entries(States).flatMap(([name, state]) => targetsOf(state).map((to) => leads(`"${name}"`, to)))];
}

function unreached(scope: Scope): Answer[] {
  const seen = reachedFrom(scope, scope.StartAt ?? "");
  return Object.keys(scope.States ?? {}).filter((name) => !seen.has(name)).map((name) => `nothing leads to "${name}"; lead there or take it away`);
}

function endless(scope: Scope): Answer[] {
  const states = Object.values(scope.States ?? {});
  const undone = Object.entries(scope.States ?? {}).filter(([, state]) => !["Choice", "Succeed", "Fail"].includes(state.Type) && Boolean(state.Next) === Boolean(state.End));
  return [
    states.some(ends) ? undefined : "a scope has no state that ends it; add one with End, or a Succeed or Fail",
    ...undone.map(([name]) => `"${name}" needs either Next or End`),
  ];
}

const ends = (state: State): boolean => state.End === true || state.Type === "Succeed" || state.Type === "Fail";
const succeeds = (state: State | undefined): boolean => state?.Type === "Succeed" || state?.End === true;

const catchesAll = ({ Catch }: State): string[] => (Catch ?? []).filter(({ ErrorEquals }) => ErrorEquals?.includes("States.ALL")).map(({ Next }) => Next ?? "");

export const failsLoudly: Rule = {
  ...orchestration,
  name: "st-sfn-03",
  why: "A failure that nobody catches tells nobody; one that leads to a success is shown as one.",
  set: "Give every Task a Retry and a Catch of States.ALL that leads to a state that notifies and then to Fail.",
  covers: [],
  check: ofDefinition((root, machine, stack) => scopesOf(root).flatMap((scope) => {
    const handling = handlers(scope);
    const inner = scope !== root;
    return Object.entries(scope.States ?? {}).filter(([, { Type, Branches, ItemProcessor, Iterator }]) => Type === "Task" || Branches || ItemProcessor || Iterator)
      .flatMap(([name, state]) => [...unretried(name, state), ...uncaught(name, state, scope), ...(inner || handling.has(name) || nested(machine, stack) ? [] : untold(name, state, scope))]);
  })),
};

/** States that a Catch of everything leads to: what fails there has nobody left to tell. */
const handlers = (scope: Scope): Set<string> => new Set(Object.values(scope.States ?? {}).flatMap((state) => catchesAll(state).flatMap((to) => [...reachedFrom(scope, to)])));

const unretried = (name: string, state: State): Answer[] => (state.Type !== "Task" || state.Retry?.length ? [] : [`the task "${name}" has no Retry; add one for what passes by itself`]);

function uncaught(name: string, state: State, scope: Scope): Answer[] {
  const caught = catchesAll(state);
  if (!caught.length) return [`"${name}" has no Catch of States.ALL; add one that leads to a failure`];
  return caught.flatMap((to): Answer[] => {
    const reached = [...reachedFrom(scope, to)];
    const good = reached.find((one) => succeeds(scope.States?.[one]));
    if (good) return [`a failure of "${name}" can end well, in "${good}"; lead its Catch to Fail`];
    return reached.some((one) => scope.States?.[one]?.Type === "Fail") ? [] : [`a failure of "${name}" never comes to Fail; lead its Catch there`];
  });
}

const untold = (name: string, state: State, scope: Scope): Answer[] =>
  catchesAll(state).filter((to) => ![...reachedFrom(scope, to)].some((one) => notifies(scope.States?.[one])))
    .map((to) => `a failure of "${name}" leads to "${to}" and tells nobody; publish it on the way to Fail`);

function notifies(state: State | undefined): boolean {
  const task = state?.Type === "Task" ? taskOf(state) : undefined;
  return ["sns:Publish", "lambda:InvokeFunction", "events:PutEvents", "sqs:SendMessage"].includes(`${task?.service}:${task?.action}`);
}

/** Whether another machine of the stack starts this one: then its failure is that machine's to tell. */
export const nested = (machine: Seen, stack: Stack): boolean => started(stack).get(String(machine.props.name))?.some((other) => other !== machine) ?? false;

/** Machines by the names that their definitions start. */
const started = (stack: Stack): Map<string, Seen[]> => stack.once("started", () => {
  const found = new Map<string, Seen[]>();
  for (const machine of stack.ofTypes([MACHINE])) {
    for (const [, name] of String(machine.props.definition).matchAll(/:stateMachine:([^"]+)"/g)) found.set(name!, [...(found.get(name!) ?? []), machine]);
  }
  return found;
});

export const timesOut: Rule = {
  ...orchestration,
  name: "st-sfn-04",
  why: "A task that waits for work or for a token waits for up to a year when neither comes.",
  set: "Set TimeoutSeconds on the machine, and on every task that waits.",
  covers: [],
  check: ofDefinition((root) => [
    root.TimeoutSeconds ? undefined : "the machine has no TimeoutSeconds; set the longest time that a run may take",
    ...tasksOf(root).filter(({ state }) => waits(state) && !state.TimeoutSeconds && !state.TimeoutSecondsPath).map(({ name }) => `the task "${name}" waits without TimeoutSeconds; set the longest time that it may take`),
  ]),
};
