/** API: what the page asks the server, in the server's own types. A fault is thrown with the server's words. */
import type { Rejected, Window } from "../functions/query/api";
import type { Anomaly, Rooms, Series } from "../functions/query/answer";
import type { Run } from "../functions/query/runs";
import type { Span } from "./range";

export interface RoomsTold extends Rooms {
  channel: string;
  measure: string;
  unit: string;
  /** False while the table is not made yet. */
  curated: boolean;
  scored: boolean;
}

export interface RunsTold {
  runs: Run[];
  running: boolean;
  /** There is a page that draws how the pipeline stands. */
  live?: boolean;
  rejected: Rejected;
}

export const rooms = (): Promise<RoomsTold> => ask("rooms");
export const runs = (): Promise<RunsTold> => ask("runs");
export const series = (room: string, span: Span, points: number): Promise<Series & { windows: Window[] }> => ask("series", { room, ...ends(span), points: String(points) });
export const anomalies = (room: string, span: Span): Promise<{ anomalies: Anomaly[]; more: boolean; scored: boolean }> => ask("anomalies", { room, ...ends(span) });

/** Whole seconds that take the span in. */
const ends = ({ from, to }: Span) => ({ from: iso(Math.floor(from)), to: iso(Math.ceil(to)) });
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");

async function ask<T>(what: string, params: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(`/api/${what}?${new URLSearchParams(params).toString()}`).catch(() => undefined);
  if (!answer) throw new Error("The server does not answer. Is the lab still running?");
  const body = (await answer.json().catch(() => ({ error: `The server answered ${answer.status} without words` }))) as T & { error?: string };
  if (!answer.ok || body.error !== undefined) throw new Error(body.error ?? `The server answered ${answer.status}`);
  return body;
}
