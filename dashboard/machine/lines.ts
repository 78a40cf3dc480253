/** Lines: the ways between places: curves from one row to the next, rails beside the rows for all that goes further. Pure. */
import type { Edge } from "./ranks";
import { middle, type Place } from "./rows";

export interface Line {
  kind: Edge["kind"];
  /** Path of an SVG. */
  path: string;
  /** Where its arrow's head stands, and which way it looks. */
  end: { x: number; y: number; looks: "down" | "left" };
}

/** To a place in the next row. */
export function curve(kind: Edge["kind"], from: Place, to: Place): Line {
  const [x1, y1, x2, y2] = [middle(from), from.y + from.h, middle(to), to.y];
  const half = (y1 + y2) / 2;
  return { kind, path: `M${x1},${y1}C${x1},${half} ${x2},${half} ${x2},${y2}`, end: { x: x2, y: y2, looks: "down" } };
}

/** Where a line leaves and enters places: so many pixels beside their middle, and in gaps between rows that stand at `out` and `back`. */
export interface Rail {
  x: number;
  out: number;
  back: number;
  beside: number;
}

/** Into the gap under its row, along it to the rail, along the rail to the gap over the other's row, and down. */
export function railed(kind: Edge["kind"], from: Place, to: Place, { x, out, back, beside }: Rail): Line {
  const [x1, x2] = [middle(from) + beside, middle(to) + beside];
  return { kind, path: corners([[x1, from.y + from.h], [x1, out], [x, out], [x, back], [x2, back], [x2, to.y]]), end: { x: x2, y: to.y, looks: "down" } };
}

/** To the gathering rail of the failures, which enters the state that handles them from the right. */
export function failing(from: Place, to: Place, rail: number, out: number): Line {
  const [x1, y2] = [from.x + from.w - 12, to.y + to.h / 2];
  return { kind: "failure", path: corners([[x1, from.y + from.h], [x1, out], [rail, out], [rail, y2], [to.x + to.w, y2]]), end: { x: to.x + to.w, y: y2, looks: "left" } };
}

const round = 6;

/** A way of straight pieces with round corners. */
function corners(points: [x: number, y: number][]): string {
  return points.map(([x, y], at) => {
    const [before, after] = [points[at - 1], points[at + 1]];
    if (!before) return `M${x},${y}`;
    if (!after) return `L${x},${y}`;
    const [a, b] = [towards([x, y], before), towards([x, y], after)];
    return `L${a.join(",")}Q${x},${y} ${b.join(",")}`;
  }).join("");
}

function towards([x, y]: [number, number], [tx, ty]: [number, number]): [number, number] {
  const way = Math.hypot(tx - x, ty - y) || 1;
  const step = Math.min(round, way / 2);
  return [x + ((tx - x) / way) * step, y + ((ty - y) / way) * step];
}
