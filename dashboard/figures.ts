/** Figures: the whole lake in five numbers. A number that could not be read is told as such, never as zero. */
import type { RoomsTold, RunsTold } from "./api";
import { element } from "./dom";
import { counted, lasted, time } from "./words";

export function figures(rooms: RoomsTold | undefined, runs: RunsTold | undefined): HTMLElement[] {
  const sum = (of: "readings" | "anomalies") => rooms && counted(rooms.rooms.reduce((total, room) => total + room[of], 0));
  const refused = runs && Object.values(runs.rejected.reasons).reduce((total, count) => total + count, 0);
  return [
    figure("Rooms", rooms && `${counted(rooms.rooms.length)}${rooms.more ? "+" : ""}`),
    figure("Readings", sum("readings")),
    figure("Anomalies", rooms && (rooms.scored ? sum("anomalies") : "not scored yet")),
    figure("Rejected messages", refused === undefined ? undefined : `${runs?.rejected.complete ? "" : "over "}${counted(refused)}`, reasons(runs)),
    lastRun(runs),
  ];
}

function reasons(runs: RunsTold | undefined): HTMLElement | undefined {
  const all = Object.entries(runs?.rejected.reasons ?? {}).sort(([, a], [, b]) => b - a);
  if (!all.length) return undefined;
  return element("details", {}, element("summary", {}, "kept, with reasons"), element("ul", {}, ...all.map(([reason, count]) => element("li", {}, `${counted(count)} × ${reason}`))));
}

function lastRun(runs: RunsTold | undefined): HTMLElement {
  if (!runs) return figure("Last run", undefined);
  const [run] = runs.runs;
  if (runs.running) return figure("Pipeline", "running", run && element("span", {}, `before: ${run.outcome} ${time(Date.parse(run.started) / 1000)}`));
  if (!run) return figure("Last run", "none yet");
  const how = element("span", {}, `${time(Date.parse(run.started) / 1000)} UTC${run.seconds === undefined ? "" : `, ${lasted(run.seconds)}`}`);
  return figure("Last run", run.outcome, how, run.outcome === "succeeded" ? "good" : "bad");
}

const figure = (name: string, value: string | undefined, more?: HTMLElement, kind = ""): HTMLElement =>
  element("div", { class: `figure ${kind}` }, element("h2", {}, name), element("p", {}, value ?? "could not be read"), more);
