/** Stands: what is told of a state, from how it stands in the execution that is shown. Pure. */
import type { Definition, State } from "../../components/state-machine/language";
import { scopes } from "../../components/state-machine/language";
import type { Live } from "../../lab/services/dashboard/live";
import type { Standing } from "../../lab/runs/standing";
import { lasted } from "../words";

export interface Stand extends Partial<Omit<Standing, "status">> {
  name: string;
  /** `unmet`: the execution has not come to it. */
  status: Standing["status"] | "unmet";
}

/** What each status is called, with a sign for those who don't see colours. */
export const words: Record<Stand["status"], string> = { unmet: "○ not come to", running: "▶ running", succeeded: "✓ succeeded", failed: "✗ failed", skipped: "– skipped", stopped: "■ stopped" };

/** The states that a step of the run's own account stands for: `Lake` is its crawl and its job, `Training` all that follows. */
const wider: Record<string, RegExp> = { Lake: /^(Start LAKE_DATA Crawler|Curate)$/, Training: /^(Train and Score|Score$)/, "History Crawl": /^Start HISTORY_DATA Crawler/, "External Crawl": /^Start EXTERNAL_DATA Crawler/ };

/** Every state of the machine; one that was left out says why, as far as the run's account says it. */
export function stands({ machine: { definition }, states, skips }: Pick<Live, "machine" | "states" | "skips">): Stand[] {
  const known = new Map(states.map((state) => [state.name, state]));
  return statesOf(definition).map(([name, state]): Stand => {
    const found = known.get(name);
    if (found) return found;
    const skip = skips.find(({ step }) => stepOf(state) === step || wider[step]?.test(name));
    return skip ? { name, status: "skipped", why: skip.why } : { name, status: "unmet" };
  });
}

const statesOf = (definition: Definition): [string, State][] => scopes(definition).flatMap(({ States }) => Object.entries(States));

/** The step that a state does, where its result says so. */
function stepOf(state: State): unknown {
  const told = ("ResultSelector" in state && state.ResultSelector) || ("Parameters" in state && state.Parameters) || {};
  return "step" in told ? told.step : undefined;
}

/** One line: how it stands, how long it took, and how far a Map is. */
export function line(stand: Stand): string {
  const { status, why } = stand;
  if (status === "unmet") return "";
  if (status === "skipped") return `${words.skipped}${why ? `: ${why}` : ""}`;
  return `${words[status]} ${status === "running" ? "for" : "in"} ${took(stand)}`;
}

/** How long, and how often, or how much of a Map is over: `4.2 s, 3×`, `2 min, 7/12`. */
export function took({ status, seconds, visits = 0, items }: Stand): string {
  if (seconds === undefined) return "";
  const time = seconds < 10 && status !== "running" ? `${seconds.toFixed(1)}\u00a0s` : lasted(seconds);
  return `${time}${items ? `, ${items.over}/${items.total}` : visits > 1 ? `, ${visits}×` : ""}`;
}

/** A name in at most two lines of so many letters; what does not fit is cut, and stands whole in the table. */
export function wrapped(name: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of name.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return [...lines.slice(0, 1), ...(lines.length > 1 ? [lines.slice(1).join(" ")] : [])].map((each) => cut(each, most));
}

export const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
