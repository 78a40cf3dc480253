/**
 * The page of the pipeline: its machine drawn, and over it how an execution stands. It asks again while that runs, and looks now
 * and then whether another one began. Which one is shown stands in the address.
 */
import type { Live, Shown } from "../../lab/services/dashboard/live";
import { element, fault, note, place, table } from "../dom";
import { lasted, time, visible } from "../words";
import { layout } from "./layout";
import { picture } from "./picture";
import { type Stand, stands, took, words } from "./stands";

/** Milliseconds between two questions, while something runs and while nothing does. */
const runningMs = 1000, idleMs = 2000;
let asked = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The execution that the address names; none: the one that runs, or the last. */
const wanted = (): string | null => new URLSearchParams(location.hash.slice(1)).get("execution");

function show(execution: string | undefined): void {
  location.hash = execution ? new URLSearchParams({ execution }).toString() : "";
}

async function load(): Promise<void> {
  const mine = ++asked;
  clearTimeout(timer);
  const execution = wanted();
  let pause = idleMs;
  try {
    const answer = await fetch(`/api/live?${new URLSearchParams(execution ? { execution } : {}).toString()}`).catch(() => undefined);
    if (!answer) throw new Error("The server does not answer. Is the lab still running?");
    const live = (await answer.json()) as Live & { error?: string };
    if (live.error !== undefined) throw new Error(live.error);
    if (mine !== asked) return;
    draw(live);
    if (live.execution?.status === "RUNNING") pause = runningMs;
  } catch (thrown) {
    if (mine !== asked) return;
    place("status").textContent = "Something could not be read";
    place("run").replaceChildren(fault(`How the machine stands could not be read. ${thrown instanceof Error ? thrown.message : String(thrown)}`, () => void load()));
    for (const empty of ["picture", "table", "key"]) place(empty).replaceChildren();
  }
  timer = setTimeout(() => void load(), pause);
}

function draw(live: Live): void {
  const { execution, machine, parent, recent } = live;
  const all = stands(live);
  place("status").textContent = `Read at ${new Date().toISOString().slice(11, 19)} UTC`;
  place("machine-title").textContent = visible(machine.name);
  place("run").replaceChildren(...(execution ? [summary(execution, parent)] : [note("It has not run yet.")]));
  select(recent, execution, wanted() !== null);
  place("key").replaceChildren(...(Object.keys(words) as Stand["status"][]).map((status) => element("li", { class: `key state ${status}` }, words[status])));
  const link = (name: string): string | undefined => all.find((stand) => stand.name === name)?.nested?.at(-1);
  // A person may have scrolled; the drawing stays where it is.
  const at = place("picture").scrollLeft;
  place("picture").replaceChildren(picture(layout(machine.definition), all, (name) => { const nested = link(name); if (nested) show(nested); }));
  place("picture").scrollLeft = at;
  place("table").replaceChildren(steps(all));
}

function summary({ name, status, started, seconds, why }: Shown, parent: string | undefined): HTMLElement {
  const good = status === "SUCCEEDED" ? "good" : status === "RUNNING" ? "" : "bad";
  return element("p", {}, element("span", { class: `badge ${good}` }, status.toLowerCase().replaceAll("_", " ")), ` ${visible(name)}, started ${time(Date.parse(started) / 1000)} UTC, ${lasted(seconds)}`,
    why !== undefined && element("span", { class: "cause" }, `: ${why}`), parent !== undefined && " ", parent !== undefined && element("button", { type: "button", onclick: () => show(parent) }, "Back to what started it"));
}

/** The executions that can be shown; the list is left alone while it is open. */
function select(recent: Shown[], execution: Shown | undefined, held: boolean): void {
  if (place("which").contains(document.activeElement)) return;
  const list = element("select", { "aria-label": "Execution", onchange: () => show(list.value || undefined) }, element("option", { value: "" }, "the one that runs, or the last"),
    ...recent.map(({ arn, name, status, started }) => element("option", { value: arn, selected: held && arn === execution?.arn }, `${time(Date.parse(started) / 1000)} ${status.toLowerCase()} ${visible(name).slice(0, 40)}`)));
  place("which").replaceChildren(...(recent.length ? [list] : []));
}

/** All of the picture in words, for those who read rather than see, with the executions that states started. */
function steps(all: Stand[]): HTMLElement {
  const met = all.filter(({ status }) => status !== "unmet").sort((one, other) => ((one.entered ?? "~") < (other.entered ?? "~") ? -1 : 1));
  const rows = met.map((stand) => [
    visible(stand.name), element("span", { class: `badge state-${stand.status}` }, words[stand.status]), stand.entered ? stand.entered.slice(11, 19) : "", took(stand), stand.why ?? "", links(stand.nested ?? []),
  ]);
  return rows.length ? table("How each state stands", ["State", "Status", "Began (UTC)", "Took", "Why", "Executions"], rows) : note("No state has been come to.");
}

const links = (nested: string[]): HTMLElement =>
  element("span", {}, ...nested.slice(-5).map((arn) => element("button", { type: "button", onclick: () => show(arn) }, visible(arn.split(":").slice(6).join(" ")).slice(0, 60))));

addEventListener("hashchange", () => void load());
void load();
