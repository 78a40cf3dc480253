/** Definitions: how a state machine becomes weaker: it fails silently, waits for ever, or works for somebody else. */
import { type Scope, scopesOf, type State } from "../asl/machine";
import { STRANGER, type Weak, type Weaken } from "./weaker";

type Change = (state: State, scope: Scope) => void;
interface Weaker { how: string; change: Change }

/** Every definition that is weaker than this one by one thing. */
export const definition: Weaken = (value) => {
  const text = String(value);
  const root = JSON.parse(text) as Scope;
  const found: Weak[] = root.TimeoutSeconds ? [{ how: "TimeoutSeconds of the machine removed", value: JSON.stringify({ ...root, TimeoutSeconds: undefined }) }] : [];
  scopesOf(root).forEach((scope, place) => Object.entries(scope.States ?? {}).forEach(([name, state]) => {
    for (const { how, change } of weaker(state)) {
      const copy = JSON.parse(text) as Scope;
      const own = scopesOf(copy)[place]!;
      change(own.States![name]!, own);
      found.push({ how: `"${name}": ${how}`, value: JSON.stringify(copy) });
    }
  }));
  return found;
};

const waits = ({ Resource = "" }: State): boolean => /\.sync(:2)?$|\.waitForTaskToken$/.test(Resource);

function weaker(state: State): Weaker[] {
  return [
    ...(state.Catch ?? []).flatMap(({ ErrorEquals }, at): Weaker[] => [
      { how: `its Catch of ${String(ErrorEquals)} removed`, change: (own) => { own.Catch!.splice(at, 1); } },
      ...(ErrorEquals?.includes("States.ALL") ? [
        { how: "its Catch leads to a success", change: (own: State, scope: Scope) => { own.Catch![at]!.Next = "Well"; scope.States!.Well = { Type: "Succeed" }; } },
        { how: "its Catch catches one error only", change: (own: State) => { own.Catch![at]!.ErrorEquals = ["Lambda.Unknown"]; } },
      ] : []),
    ]),
    ...(state.Type === "Task" && state.Retry ? [{ how: "its Retry removed", change: (own: State) => { delete own.Retry; } }] : []),
    ...(waits(state) && state.TimeoutSeconds ? [{ how: "its TimeoutSeconds removed", change: (own: State) => { delete own.TimeoutSeconds; } }] : []),
    ...(state.Type === "Map" ? [{ how: "its MaxConcurrency removed", change: (own: State) => { delete own.MaxConcurrency; } }] : []),
    ...inside(state.Parameters, []).map(({ how, steps, value }) => ({ how, change: (own: State) => put(own.Parameters!, steps, value) })),
  ];
}

interface Inside { how: string; steps: string[]; value: unknown }

/** Weaker parameters, however deep: isolation, keys, roles and other ARNs, and places in S3. */
function inside(value: unknown, steps: string[]): Inside[] {
  const at = steps.at(-1) ?? "";
  if (typeof value === "object" && value !== null) return Object.entries(value).flatMap(([key, inner]) => inside(inner, [...steps, key]));
  if (/^EnableNetworkIsolation$/.test(at)) return [{ how: `${at} set to false`, steps, value: false }, { how: `${at} removed`, steps, value: undefined }];
  if (/KmsKeyId$/.test(at)) return [{ how: `${steps.join(".")} removed`, steps, value: undefined }];
  if (typeof value !== "string") return [];
  if (/s3:\/\/[^/]+/.test(value)) return [{ how: `${steps.join(".")} put into somebody else's bucket`, steps, value: value.replace(/s3:\/\/[^/]+/, "s3://bucket-of-others") }];
  if (/^arn:[^:]*:[^:]*:[^:]*:\d{12}:/.test(value)) return [{ how: `${steps.join(".")} taken from another account`, steps, value: value.replace(/:\d{12}:/, `:${STRANGER}:`) }];
  if (/Image$/.test(at)) return [{ how: `${steps.join(".")} taken from another account`, steps, value: value.replace(/^\d{12}/, STRANGER) }];
  if (/^(FunctionName|JobName|Name)$/.test(at)) return [{ how: `${steps.join(".")} taken from outside the stack`, steps, value: "of-others" }];
  return [];
}

function put(holder: Record<string, unknown>, [step = "", ...rest]: string[], value: unknown): void {
  if (rest.length) put(holder[step] as Record<string, unknown>, rest, value);
  else if (value === undefined) delete holder[step];
  else holder[step] = value;
}
