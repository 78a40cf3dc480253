/** Range: the stretch of time that is shown, chosen by its length up to the latest reading, or by its two ends. Pure. */

export interface Span {
  /** Seconds since 1970. */
  from: number;
  to: number;
}

export const lengths = [
  { name: "day", label: "1 day", seconds: 86_400 },
  { name: "week", label: "7 days", seconds: 7 * 86_400 },
  { name: "month", label: "30 days", seconds: 30 * 86_400 },
  { name: "all", label: "All", seconds: Infinity },
] as const;

export type Length = (typeof lengths)[number]["name"];
export type Choice = Length | Span;

/** The span of a choice, for a room with readings from `first` to `last`. */
export function spanOf(choice: Choice, { first, last }: { first: number; last: number }): Span {
  if (typeof choice !== "string") return choice;
  const seconds = lengths.find(({ name }) => name === choice)?.seconds ?? Infinity;
  return { from: Math.max(first, last - seconds), to: last };
}

/** Room and choice as the address keeps them after its #, so that a view can be kept and shared. */
export function written(room: string, choice: Choice): string {
  const range: Record<string, string> = typeof choice === "string" ? { range: choice } : { from: String(choice.from), to: String(choice.to) };
  return new URLSearchParams({ room, ...range }).toString();
}

/** The opposite; what does not fit is left out. */
export function read(hash: string): { room?: string; choice?: Choice } {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const room = params.get("room");
  const range = lengths.find(({ name }) => name === params.get("range"))?.name;
  const [from, to] = ["from", "to"].map((end) => (/^\d{1,10}$/.test(params.get(end) ?? "") ? Number(params.get(end)) : NaN)) as [number, number];
  const choice = range ?? (from < to ? { from, to } : undefined);
  return { ...(room && { room }), ...(choice && { choice }) };
}

/** A point that ends a stretch of readings, so that no line is drawn where there are none. */
export type Point = [at: number, value: number | null];

/** Points with a gap wherever readings stay away for much longer than they usually do. */
export function withGaps(points: readonly (readonly [number, number])[]): Point[] {
  const steps = points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at)).sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length * 0.75)] ?? 0;
  return points.flatMap(([at, value], index): Point[] => {
    const next = points[index + 1]?.[0];
    return usual && next !== undefined && next - at > 4 * usual ? [[at, value], [at + usual, null]] : [[at, value]];
  });
}
