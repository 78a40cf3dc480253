/** Run list: what the pipeline did and how long each step took; a step that was left out says why. */
import type { Run, RunStep } from "../functions/query/runs";
import type { RunsTold } from "./api";
import { element, note, table } from "./dom";
import { counted, lasted, time } from "./words";

export function runList({ runs, running, live }: RunsTold): HTMLElement {
  return element("div", {}, live === true && element("p", {}, element("a", { href: "/pipeline" }, running ? "See the pipeline run" : "See the pipeline as it ran")), list(runs, running));
}

function list(runs: Run[], running: boolean): HTMLElement {
  if (!runs.length) return note(running ? "The first run is under way." : "The pipeline has not run yet.");
  const rows = runs.map((run) => [
    time(Date.parse(run.started) / 1000), element("span", { class: `badge ${run.outcome === "succeeded" ? "good" : "bad"}` }, run.outcome),
    run.seconds === undefined ? "not told" : lasted(run.seconds), steps(run), refused(run),
  ]);
  return table("The latest runs", ["Started (UTC)", "Outcome", "Took", "Steps", "Rejected"], rows, [2, 4]);
}

function steps({ steps: all, cause, reason }: Run): HTMLElement {
  const why = cause ?? reason;
  return element("div", {}, why !== undefined && element("p", { class: cause === undefined ? "" : "cause" }, why),
    element("ul", { class: "steps" }, ...all.map((step) => element("li", {}, told(step)))));
}

function told({ step, skipped, reason, seconds }: RunStep): string {
  if (skipped) return `${step}: skipped${reason ? `, ${reason}` : ""}`;
  return `${step}: done${seconds === undefined ? "" : ` in ${lasted(seconds)}`}`;
}

const refused = ({ rejected }: Run): string => counted(Object.values(rejected).reduce((sum, count) => sum + count, 0));
