/** Chart: one room's readings over time, its anomalies as dots, its labelled windows as bands. Drawn by uPlot on a canvas. */
import uPlot from "uplot";
import type { Window } from "../functions/query/api";
import type { Anomaly } from "../functions/query/answer";
import { element } from "./dom";
import { type Span, withGaps } from "./range";
import { measured, several, time } from "./words";

export interface Drawing {
  span: Span;
  points: [number, number][];
  anomalies: Anomaly[];
  windows: Window[];
  measure: string;
  unit: string;
  /** Called with the stretch that was drawn over. */
  zoom: (span: Span) => void;
}

const height = 320;
let drawn: { chart: uPlot; redraw: () => void } | undefined;

/** Draw into a place; the former drawing goes. */
export function draw(into: HTMLElement, drawing: Drawing): void {
  drawn?.chart.destroy();
  const redraw = () => draw(into, drawing);
  const box = element("div", { class: "plot", role: "img", "aria-label": told(drawing) });
  into.replaceChildren(box, legend(drawing));
  drawn = { chart: new uPlot(options(drawing, box.clientWidth || 600), aligned(drawing), box), redraw };
}

/** Fit the drawing to its place, and to the colours that the system asks for. */
export function follow(): void {
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) drawn?.redraw();
    width = innerWidth;
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn?.redraw());
}

/** What the drawing shows, for those who cannot see it; the numbers stand in the tables below. */
function told({ span, points, anomalies, windows, measure, unit }: Drawing): string {
  const values = points.map(([, value]) => value);
  const low = Math.min(...values), high = Math.max(...values);
  return `${measure} from ${time(span.from)} to ${time(span.to)} UTC, between ${measured(low, unit)} and ${measured(high, unit)}, ` +
    `${several(anomalies.length, "anomaly", "anomalies")}, ${several(windows.length, "labelled window", "labelled windows")}`;
}

function legend({ anomalies, windows, measure, unit }: Drawing): HTMLElement {
  const item = (kind: string, text: string) => element("li", { class: `key ${kind}` }, text);
  return element("ul", { class: "legend" }, item("line", `${measure}${unit ? ` in ${unit}` : ""}`),
    anomalies.length > 0 && item("dot", `anomaly (${anomalies.length})`), windows.length > 0 && item("band", "labelled: something was wrong"));
}

/** uPlot wants one list of times: `null` ends a line, `undefined` says nothing about it. */
function aligned({ points, anomalies }: Drawing): uPlot.AlignedData {
  const at = new Map<number, [number | null | undefined, number | undefined]>();
  for (const [x, value] of withGaps(points)) at.set(x, [value, undefined]);
  for (const { at: x, value } of anomalies) at.set(x, [at.get(x)?.[0] ?? undefined, value]);
  const times = [...at.keys()].sort((a, b) => a - b);
  return [times, times.map((x) => at.get(x)?.[0]), times.map((x) => at.get(x)?.[1])];
}

function options({ span, windows, unit, zoom }: Drawing, width: number): uPlot.Options {
  const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { stroke: colour("--rule"), width: 1 } };
  return {
    width, height, legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: { x: { min: span.from, max: span.to > span.from ? span.to : span.from + 60 } },
    axes: [{ ...axis, values: (_, times, __, ___, step) => times.map((at) => tick(at, step)) }, { ...axis, size: 68, values: (_, values) => values.map((value) => `${value}${unit ? ` ${unit}` : ""}`) }],
    series: [
      {},
      { stroke: colour("--line"), width: 1.5, points: { show: false } },
      { stroke: colour("--alarm"), paths: () => null, points: { show: true, size: 8, width: 2, stroke: colour("--alarm"), fill: colour("--paper") } },
    ],
    plugins: [readout(unit)],
    hooks: {
      drawClear: [(chart) => bands(chart, windows, colour("--band"))],
      setSelect: [(chart) => {
        const { left, width: across } = chart.select;
        if (across > 4) zoom({ from: Math.round(chart.posToVal(left, "x")), to: Math.round(chart.posToVal(left + across, "x")) });
      }],
    },
  };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `12:00`, `29 Apr` or `Apr 2014`, by how far apart the ticks stand. */
function tick(seconds: number, step: number): string {
  const at = new Date(seconds * 1000);
  const month = months[at.getUTCMonth()] ?? "";
  if (step >= 28 * 86_400) return `${month} ${at.getUTCFullYear()}`;
  return step >= 86_400 || seconds % 86_400 === 0 ? `${at.getUTCDate()} ${month}` : at.toISOString().slice(11, step < 60 ? 19 : 16);
}

function bands({ ctx, bbox, valToPos }: uPlot, windows: Window[], colour: string): void {
  ctx.save();
  ctx.fillStyle = colour;
  for (const [from, to] of windows) {
    const left = Math.max(bbox.left, valToPos(from, "x", true)), right = Math.min(bbox.left + bbox.width, valToPos(to, "x", true));
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

/** The reading under the pointer. */
function readout(unit: string): uPlot.Plugin {
  const text = element("div", { class: "readout" });
  return {
    hooks: {
      init: (chart) => void chart.over.append(text),
      setCursor: (chart) => {
        const index = chart.cursor.idx;
        const at = typeof index === "number" ? chart.data[0][index] : undefined;
        const value = typeof index === "number" ? (chart.data[1]?.[index] ?? chart.data[2]?.[index]) : undefined;
        const shown = at !== undefined && typeof value === "number";
        text.textContent = shown ? `${time(at)} UTC  ${measured(value, unit)}${typeof chart.data[2]?.[index ?? 0] === "number" ? "  anomaly" : ""}` : "";
      },
    },
  };
}
