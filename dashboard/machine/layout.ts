/**
 * Layout: a definition as boxes and lines on a plane. The way when all goes well leads down, rank by rank, on curves and, where
 * it is far, on rails on the right; loops go back on the left; failures are gathered by the last rail. What a Parallel or Map
 * holds stands inside its box. Pure.
 */
import type { Definition, State } from "../../components/state-machine/language";
import { curve, failing, type Line, railed } from "./lines";
import { type Edge, ranked } from "./ranks";
import { across, arrange, between, bottomOf, descend, type Place } from "./rows";

export interface Box extends Place {
  type: State["Type"];
  /** Other states stand inside it. */
  holds: boolean;
}

export interface Drawing {
  w: number;
  h: number;
  boxes: Box[];
  lines: Line[];
}

/** Of a state: two lines for its name and one for how it is. */
const width = 168, height = 62;
/** Of what holds states: around them, and over them. */
const padding = 14, head = 44;
const railWidth = 10;

type Holder = Place & { type: State["Type"]; inner: Drawing[] };

export function layout(definition: Definition): Drawing {
  const { ranks, failures, edges } = ranked(definition);
  const places = new Map(Object.entries(definition.States).map(([name, state]) => [name, placeOf(name, state)]));
  const place = (name: string): Holder => places.get(name)!;
  const rows = ranks.map((names) => names.map(place));
  const rowOf = (name: string): number => ranks.findIndex((names) => names.includes(name));
  const main = edges.filter(({ from }) => !failures.includes(from));
  const [good, bad] = [main.filter(({ to }) => !failures.includes(to)), main.filter(({ to }) => failures.includes(to))];
  const near = good.filter(({ from, to, kind }) => kind !== "back" && rowOf(to) === rowOf(from) + 1);
  const far = good.filter((edge) => !near.includes(edge));

  arrange(rows, near.map(({ from, to }) => [place(from), place(to)]));
  descend(rows);
  const loops = far.filter(({ kind }) => kind === "back").length;
  const left = loops ? railWidth * (loops + 1) : 0;
  for (const each of rows.flat()) each.x += left;
  const right = Math.max(...rows.flat().map(({ x, w }) => x + w));
  const beyond = right + railWidth * (far.length - loops + 1);
  stack(failures.map(place), rows, right);

  const bottoms = rows.map(bottomOf);
  const rail = (edge: Edge, at: number) => ({
    x: edge.kind === "back" ? left - railWidth * (at + 1) : right + railWidth * (at + 1), beside: edge.kind === "back" ? -16 : 10 * (at % 3 + 1),
    out: bottoms[rowOf(edge.from)]! + 8 + 5 * (at % 3), back: place(edge.to).y - 10 - 5 * (at % 3),
  });
  const lines = [
    ...near.map(({ kind, from, to }) => curve(kind, place(from), place(to))),
    ...[true, false].flatMap((back) => far.filter(({ kind }) => (kind === "back") === back).map((edge, at) => railed(edge.kind, place(edge.from), place(edge.to), rail(edge, at)))),
    ...bad.map(({ from, to }) => failing(place(from), place(to), beyond + railWidth, bottoms[rowOf(from)]! + between / 2 + 2)),
    ...edges.filter(({ from, kind }) => kind === "next" && failures.includes(from)).map(({ from, to }) => curve("next", place(from), place(to))),
  ];
  return joined([...places.values()], lines, bad.length ? beyond + 2 * railWidth : Math.max(beyond, right));
}

function placeOf(name: string, state: State): Holder {
  const inner = (state.Type === "Parallel" ? state.Branches : state.Type === "Map" ? [state.ItemProcessor] : []).map(layout);
  const at = { name, type: state.Type, inner, x: 0, y: 0 };
  if (!inner.length) return { ...at, w: width, h: height };
  return { ...at, w: Math.max(inner.reduce((sum, { w }) => sum + w + across, -across) + 2 * padding, width), h: Math.max(...inner.map(({ h }) => h)) + head + padding };
}

/** Failure states, the first uppermost, at the lower right: beside the last rows where there is room, else under them. */
function stack(failures: Place[], rows: Place[][], right: number): void {
  const bottom = bottomOf(rows.at(-1)!);
  const x = right - width;
  const tall = failures.length * (height + between) - between;
  const room = rows.flat().every((place) => place.x + place.w + across < x || place.y + place.h + between / 2 < bottom - tall);
  failures.forEach((place, at) => Object.assign(place, { x, y: (room ? bottom - tall : bottom + between) + at * (height + between) }));
}

/** All of one drawing, with what the boxes hold at its place. */
function joined(places: Holder[], lines: Line[], w: number): Drawing {
  const inner = places.flatMap(({ inner: held, x, y }) => {
    let at = x + padding;
    return held.map((drawing) => {
      const moved = shifted(drawing, at, y + head);
      at += drawing.w + across;
      return moved;
    });
  });
  return {
    w: Math.max(w, ...places.map((place) => place.x + place.w)), h: Math.max(...places.map((place) => place.y + place.h)),
    boxes: [...places.map(({ inner: held, ...box }) => ({ ...box, holds: held.length > 0 })), ...inner.flatMap(({ boxes }) => boxes)],
    lines: [...lines, ...inner.flatMap((drawing) => drawing.lines)],
  };
}

const shifted = ({ boxes, lines, ...size }: Drawing, dx: number, dy: number): Drawing => ({
  ...size,
  boxes: boxes.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy })),
  lines: lines.map(({ path, end, ...line }) => ({
    ...line, end: { ...end, x: end.x + dx, y: end.y + dy },
    path: path.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, x: string, y: string) => `${Number(x) + dx},${Number(y) + dy}`),
  })),
});
