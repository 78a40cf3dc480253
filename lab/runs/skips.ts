/** Skips: what a run left out, and why, as its states and its end say it. Pure. */

interface Skip {
  step: string;
  why: string;
}

/** The reason in the output of a state that skips; a skip that stays inside the run's state carries it one level down. */
export function skippedIn(output: string | undefined): string | undefined {
  const value = JSON.parse(output ?? "null") as unknown;
  const own = reasonOf(value);
  if (own !== undefined) return own;
  const inner = typeof value === "object" && value !== null ? Object.values(value).map(reasonOf).filter((reason) => reason !== undefined) : [];
  return inner.at(-1);
}

function reasonOf(value: unknown): string | undefined {
  const { skipped, reason } = (typeof value === "object" && value !== null ? value : {}) as { skipped?: unknown; reason?: unknown };
  return skipped === true && typeof reason === "string" ? reason : undefined;
}

/** What the output of a whole run says that it left out and no state said, of those named here. */
export function unsaidSkips(output: string | undefined, skippedStates: Iterable<string>): Skip[] {
  const said = new Set([...skippedStates].map((name) => name.replace(/ Skipped$/, "")));
  return skipsOf(output).filter(({ step }) => !said.has(step));
}

/** What the output of a whole run says that it left out; a run that left everything to another one left out `all`. */
export function skipsOf(output: string | undefined): Skip[] {
  const value = JSON.parse(output ?? "null") as { steps?: { step: string; skipped: boolean; reason?: string }[]; skipped?: boolean; reason?: string } | null;
  if (value?.skipped) return [{ step: "all", why: value.reason ?? "" }];
  return (Array.isArray(value?.steps) ? value.steps : []).filter(({ skipped }) => skipped).map(({ step, reason = "" }) => ({ step, why: reason }));
}
