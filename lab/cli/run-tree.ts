/**
 * Run tree: the steps of a run as lines. On a terminal what has ended stays and what is under way is drawn again at each
 * look; elsewhere a line comes when a step ends, and one when something with steps of its own begins.
 *
 *     0.4 s  ✓ Decide
 *     9.2 s  ▸ Import
 *     4.1 s    ✓ Start HISTORY_DATA Crawler
 *     5.0 s    ▸ Import S3 Data
 *     0.0 s    – Database Import Skipped: as before
 */
import { unsaidSkips } from "../runs/skips";
import type { Look } from "../runs/watch";
import type { Step } from "../runs/steps";
import { tells } from "./run-progress";

const marks = { succeeded: "✓", skipped: "–", failed: "✗", running: "▸", stopped: "■" };
/** Steps of one Map that are drawn. */
const mostItems = 12;

/** What a run said is not to move the cursor. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");

const shownAt = (step: Step): boolean => tells(step) || (step.type === "Wait" && step.status === "running");

function lineOf({ status, seconds, name, times, items, why }: Step, depth: number, withTime = true): string {
  const time = withTime ? `${seconds.toFixed(1).padStart(7)} s` : " ".repeat(9);
  const some = items ? ` (${items.over} of ${items.total}${items.failed ? `, ${items.failed} failed` : ""})` : times > 1 ? ` (${times} times)` : "";
  return `${time}  ${"  ".repeat(depth)}${marks[status]} ${plain(name)}${some}${why ? `: ${plain(why)}` : ""}`;
}

/** What is under a step, as far as it is worth a line: of another execution only what is under way or went wrong. */
function under({ status, nested, items, steps }: Step): Step[] {
  const shown = steps.filter(shownAt);
  const open = shown.filter((step) => !["succeeded", "skipped"].includes(step.status));
  if (nested && status === "succeeded") return [];
  return items && shown.length > mostItems ? open.slice(-mostItems) : shown;
}

export function linesOf(step: Step, depth = 0): string[] {
  return shownAt(step) ? [lineOf(step, depth), ...under(step).flatMap((each) => linesOf(each, depth + 1))] : [];
}

/** What a run says at its end that it left out, and no state said. */
function unsaid({ execution, steps }: Look): string[] {
  if (execution.status !== "SUCCEEDED") return [];
  const skipped = flat(steps).filter(({ status }) => status === "skipped").map(({ name }) => name);
  return unsaidSkips(execution.output, skipped).map(({ step, why }) => `${" ".repeat(11)}${marks.skipped} ${plain(step)}${why ? `: ${plain(why)}` : ""}`);
}

const flat = (steps: Step[]): Step[] => steps.flatMap((step) => [step, ...flat(step.steps)]);

export interface Tree {
  show(look: Look): void;
}

/** Where nothing can be drawn again. */
export class Printed implements Tree {
  private readonly begun = new Set<string>();
  private readonly ended = new Set<string>();

  constructor(private readonly print: (line: string) => void) {}

  show(look: Look): void {
    for (const step of look.steps) this.tell(step, 0);
    if (look.execution.status !== "RUNNING") for (const line of unsaid(look)) this.print(line);
  }

  private tell(step: Step, depth: number): void {
    const { key, status, steps } = step;
    if (!tells(step) || this.ended.has(key)) return;
    const open = status === "running";
    if (steps.some(tells) && !this.begun.has(key)) {
      this.begun.add(key);
      this.print(lineOf({ ...step, status: "running", times: 1, why: "" }, depth, false).replace(/ \(\d+ of \d+.*/, ""));
    }
    for (const each of steps) this.tell(each, depth + 1);
    if (open) return;
    this.ended.add(key);
    this.print(lineOf(step, depth));
  }
}

export interface Screen {
  write(text: string): unknown;
  columns?: number;
  rows?: number;
}

/** On a terminal. */
export class Drawn implements Tree {
  private readonly settled = new Set<string>();
  /** Lines below the settled ones. */
  private drawn = 0;

  constructor(private readonly screen: Screen) {}

  show(look: Look): void {
    const over = look.execution.status !== "RUNNING";
    // A terminal that does not know its size says 0.
    const columns = this.screen.columns || 80;
    const rows = Math.max(3, this.screen.rows || 24);
    const left = look.steps.filter(({ key }) => !this.settled.has(key));
    const open = left.findIndex(({ status }) => status === "running");
    // Where nothing runs (-1) the last one stays open: it may be come to again.
    const now = over ? left : left.slice(0, open);
    const settled = [...now.flatMap((step) => linesOf(step)), ...(over ? unsaid(look) : [])];
    for (const { key } of now) this.settled.add(key);
    const drawn = left.slice(now.length).flatMap((step) => linesOf(step)).slice(-(rows - 2)).map((line) => [...line].slice(0, columns - 1).join(""));
    this.screen.write(`${this.drawn ? `\u001b[${this.drawn}A\u001b[J` : ""}${[...settled, ...drawn].map((line) => `${line}\n`).join("")}`);
    this.drawn = drawn.length;
  }
}
