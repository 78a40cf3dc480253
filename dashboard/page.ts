/**
 * The dashboard's page. What it shows is read from the API and held here; each place of the page is drawn from that.
 *
 *   rooms, runs ─▶ figures, list, runs        chosen room and range ─▶ series, anomalies ─▶ chart, table
 */
import * as api from "./api";
import { draw, follow } from "./chart";
import { element, fault, note, place, table } from "./dom";
import { figures } from "./figures";
import { type Choice, read, type Span, spanOf, written } from "./range";
import { rangeForm } from "./range-form";
import { roomList } from "./room-list";
import { runList } from "./run-list";
import { measured, time, visible } from "./words";

interface Held {
  rooms?: api.RoomsTold;
  runs?: api.RunsTold;
  room?: string;
  choice: Choice;
}

const held: Held = { choice: "month", ...read(location.hash) };
/** Counts the questions about a room: the answer to an older one is not shown any more. */
let asked = 0;

async function load(): Promise<void> {
  place("status").textContent = "Loading…";
  if (!held.rooms) place("rooms").replaceChildren(note("Loading the rooms…"));
  if (!held.runs) place("runs").replaceChildren(note("Loading the runs…"));
  const [rooms, runs] = await Promise.allSettled([api.rooms(), api.runs()]);
  if (rooms.status === "fulfilled") held.rooms = rooms.value;
  else delete held.rooms;
  if (runs.status === "fulfilled") held.runs = runs.value;
  else delete held.runs;
  place("figures").replaceChildren(...figures(held.rooms, held.runs));
  if (rooms.status === "rejected") place("rooms").replaceChildren(fault(`The rooms could not be read. ${said(rooms.reason)}`, reload));
  if (runs.status === "rejected") place("runs").replaceChildren(fault(`The runs could not be read. ${said(runs.reason)}`, reload));
  if (held.runs) place("runs").replaceChildren(runList(held.runs));
  const failed = [rooms, runs].some(({ status }) => status === "rejected");
  place("status").textContent = failed ? "Something could not be read" : `Read at ${time(Date.now() / 1000)} UTC`;
  await showRooms();
}

async function showRooms(): Promise<void> {
  const { rooms } = held;
  if (!rooms) return place("chart").replaceChildren(note("Nothing to draw: the rooms could not be read."));
  if (!rooms.rooms.length) {
    const why = rooms.curated ? "No reading has been curated yet." : "No reading has been curated yet: the pipeline makes the table in its first run.";
    place("rooms").replaceChildren(note(why));
    return place("chart").replaceChildren(note("There is no room to show yet."));
  }
  if (!rooms.rooms.some(({ room }) => room === held.room)) held.room = rooms.rooms[0]!.room;
  place("rooms").replaceChildren(roomList(rooms, held.room ?? "", choose));
  await showRoom();
}

function choose(room: string): void {
  held.room = room;
  if (typeof held.choice !== "string") held.choice = "month";
  for (const button of place("rooms").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.room === room));
  showRoom().catch(report);
}

async function showRoom(): Promise<void> {
  const room = held.rooms?.rooms.find((each) => each.room === held.room);
  if (!held.rooms || !room) return;
  const { unit, measure } = held.rooms;
  const span = spanOf(held.choice, room);
  const mine = ++asked;
  history.replaceState(null, "", `#${written(room.room, held.choice)}`);
  place("room-title").textContent = visible(room.room);
  const within = place("range").contains(document.activeElement);
  place("range").replaceChildren(...rangeForm(held.choice, span, range));
  // Whoever chose by keyboard goes on from there.
  if (within) place("range").querySelector<HTMLElement>('[aria-pressed="true"], input')?.focus();
  place("chart").replaceChildren(note("Loading the readings…"));
  place("anomalies").replaceChildren();
  try {
    const points = Math.min(4000, Math.max(200, 2 * place("chart").clientWidth));
    const [series, found] = await Promise.all([api.series(room.room, span, points), api.anomalies(room.room, span)]);
    if (mine !== asked) return;
    if (!series.points.length) place("chart").replaceChildren(note(`This room has no reading from ${time(span.from)} to ${time(span.to)} UTC.`));
    else draw(place("chart"), { ...series, anomalies: found.anomalies, span, measure, unit, zoom: range });
    place("anomalies").replaceChildren(...anomalyTable(found, unit), ...readingTable(series, measure, unit));
  } catch (thrown) {
    if (mine === asked) place("chart").replaceChildren(fault(`The readings could not be read. ${said(thrown)}`, () => void showRoom().catch(report)));
  }
}

function range(choice: Choice | Span): void {
  held.choice = choice;
  showRoom().catch(report);
}

function anomalyTable({ anomalies, more, scored }: Awaited<ReturnType<typeof api.anomalies>>, unit: string): HTMLElement[] {
  if (!scored) return [note("No reading has been scored yet: the pipeline trains and scores in its first run.")];
  if (!anomalies.length) return [note("No anomaly in this range.")];
  const rows = anomalies.map(({ at, value, score, threshold }) => [time(at), measured(value, unit), score.toFixed(2), threshold.toFixed(2)]);
  const caption = more ? `The ${anomalies.length} highest-scored anomalies of this range` : `Anomalies in this range: ${anomalies.length}`;
  return [element("details", {}, element("summary", {}, caption), table(caption, ["Time (UTC)", "Value", "Score", "Threshold"], rows, [1, 2, 3]))];
}

/** The same points as the chart, for those who read rather than see; made when it is opened. */
function readingTable({ points, readings }: Awaited<ReturnType<typeof api.series>>, measure: string, unit: string): HTMLElement[] {
  const caption = points.length < readings ? `${points.length} points, the lowest and highest of ${readings} readings` : `All ${readings} readings of this range`;
  const whole = element("details", { ontoggle: () => {
    if (whole.open && whole.children.length === 1) whole.append(table(caption, ["Time (UTC)", measure], points.map(([at, value]) => [time(at), measured(value, unit)]), [1]));
  } }, element("summary", {}, caption));
  return points.length ? [whole] : [];
}

const said = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
const report = (thrown: unknown): void => { place("status").textContent = said(thrown); };
const reload = (): void => void load().catch(report);

place("reload").addEventListener("click", reload);
addEventListener("hashchange", () => {
  Object.assign(held, read(location.hash));
  showRooms().catch(report);
});
follow();
reload();
