/**
 * Language: the part of the Amazon States Language (JSONPath) that the machines here are written in, as types.
 * A machine is a pure function from names to a Definition; soundness.ts says what is wrong with one.
 */

export interface Definition {
  Comment?: string;
  StartAt: string;
  States: States;
  /** Seconds until a whole execution is stopped; on the outermost definition only. */
  TimeoutSeconds?: number;
}

export type States = Record<string, State>;
export type State = Task | Parallel | MapState | Choice | Pass | Wait | Succeed | Fail;

/** Values may be paths where the key ends in `.$`. */
export type Template = { [key: string]: unknown };

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds: number;
  MaxAttempts: number;
  BackoffRate: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: "FULL" | "NONE";
}

export interface Catcher {
  ErrorEquals: string[];
  Next: string;
  ResultPath?: string;
}

interface Common {
  Comment?: string;
  InputPath?: string;
  OutputPath?: string;
}

/** Either leads on or ends its scope. */
interface Step extends Common {
  Next?: string;
  End?: true;
}

interface Working extends Step {
  ResultSelector?: Template;
  /** null: the result is dropped. */
  ResultPath?: string | null;
  Retry?: Retrier[];
  Catch?: Catcher[];
}

export interface Task extends Working {
  Type: "Task";
  Resource: string;
  Parameters?: Template;
  TimeoutSeconds?: number;
}

export interface Parallel extends Working {
  Type: "Parallel";
  Branches: Definition[];
}

/** Either in the execution's own history, over a list in its state; or each item in an execution of its own, over a list in S3. */
export interface MapState extends Working {
  Type: "Map";
  /** Left out where ItemReader says where the items are. */
  ItemsPath?: string;
  /** Developer Guide, "ItemReader (Map)". */
  ItemReader?: { Resource: string; ReaderConfig: { InputType: "JSON" }; Parameters: Template };
  ItemSelector?: Template;
  MaxConcurrency: number;
  /** Part of the name of the executions, at most 40 letters. */
  Label?: string;
  /** Items that may fail, of a distributed Map. */
  ToleratedFailureCount?: number;
  ItemProcessor: Definition & { ProcessorConfig: { Mode: "INLINE" } | { Mode: "DISTRIBUTED"; ExecutionType: "STANDARD" } };
}

export interface Pass extends Step {
  Type: "Pass";
  Parameters?: Template;
  Result?: unknown;
  ResultPath?: string | null;
}

export interface Wait extends Step {
  Type: "Wait";
  Seconds: number;
}

export interface Choice extends Common {
  Type: "Choice";
  Choices: (Condition & { Next: string })[];
  Default?: string;
}

export interface Condition {
  Variable?: string;
  IsPresent?: boolean;
  BooleanEquals?: boolean;
  StringEquals?: string;
  TimestampGreaterThanPath?: string;
  And?: Condition[];
  Or?: Condition[];
  Not?: Condition;
}

export interface Succeed extends Common {
  Type: "Succeed";
}

export interface Fail {
  Type: "Fail";
  Comment?: string;
  Error?: string;
  Cause?: string;
  ErrorPath?: string;
  CausePath?: string;
}

/** A Map whose items are executions of their own. */
export const isDistributed = ({ ItemProcessor }: MapState): boolean => ItemProcessor.ProcessorConfig.Mode === "DISTRIBUTED";

/** The scopes of a definition: itself, and those of its Parallel and Map states, however deep. */
export function scopes(definition: Definition): Definition[] {
  const inner = Object.values(definition.States).flatMap((state) =>
    state.Type === "Parallel" ? state.Branches : state.Type === "Map" ? [state.ItemProcessor] : []);
  return [definition, ...inner.flatMap(scopes)];
}

/** The states that one state can lead to. */
export function targets(state: State): string[] {
  const next = "Next" in state && state.Next ? [state.Next] : [];
  const caught = "Catch" in state ? (state.Catch ?? []).map((catcher) => catcher.Next) : [];
  const chosen = state.Type === "Choice" ? [...state.Choices.map((choice) => choice.Next), ...(state.Default ? [state.Default] : [])] : [];
  return [...next, ...chosen, ...caught];
}
