/** Branches: a step that runs only when it is due, and says why when it is not. */
import type { Condition, Definition, State, States } from "./language";

/** `Is <what> Due` leads to the step, or to `<what> Skipped`, which answers the reason found under `due`; `first` is looked at before that. */
export function guarded(what: string, step: string, due: string, after: { to?: string; next?: string }, ...first: (Condition & { Next: string })[]): States {
  return {
    [`Is ${what} Due`]: { Type: "Choice", Choices: [...first, { Variable: `${due}.due`, BooleanEquals: true, Next: step }], Default: `${what} Skipped` },
    [`${what} Skipped`]: {
      Type: "Pass",
      Parameters: { step: what, skipped: true, "reason.$": `${due}.reason` },
      ...(after.to && { ResultPath: after.to }),
      ...(after.next ? { Next: after.next } : { End: true as const }),
    },
  };
}

/** A branch of a Parallel: the guarded step, and a Fail of its own, since nothing can leave a branch but its failure. */
export function branchOf(what: string, step: string, due: string, make: (failure: string) => State): Definition {
  const failure = `${what} Failure`;
  return {
    StartAt: `Is ${what} Due`,
    States: {
      ...guarded(what, step, due, {}),
      [step]: make(failure),
      [failure]: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
    },
  };
}
