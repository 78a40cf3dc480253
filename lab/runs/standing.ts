/** Standing: how each state of a machine stands in one execution, all its visits taken together. Pure. */
import type { Visit } from "./visits";

/** Items of a Map, how many of them are over, and how many of these failed. */
export interface Items {
  total: number;
  over: number;
  failed: number;
}

export interface Standing {
  name: string;
  status: Visit["status"];
  /** How often it was come to. */
  visits: number;
  /** ISO; of the last visit, of all visits inside a Map. */
  entered: string;
  seconds: number;
  why?: string;
  /** Executions that it started, the last ones. */
  nested: string[];
  items?: Items;
  mapRun?: string;
}

/** Links that are shown of one state. */
const mostNested = 20;

export function standings(visits: Visit[], now: Date): Standing[] {
  const byName = new Map<string, Visit[]>();
  for (const visit of visits) byName.set(visit.name, [...(byName.get(visit.name) ?? []), visit]);
  return [...byName].map(([name, all]) => {
    const last = all.at(-1)!;
    // A loop stands as its last round does; items of a Map stand side by side.
    const shown = last.item === undefined ? [last] : all;
    const telling = ["running", "failed", "stopped"].map((status) => shown.find((visit) => visit.status === status)).find(Boolean) ?? last;
    const begin = Math.min(...shown.map(({ entered }) => entered.getTime()));
    const end = Math.max(...shown.map(({ left }) => (left ?? now).getTime()));
    const items = itemsOf(last, visits);
    return {
      name, status: telling.status, visits: all.length, entered: new Date(begin).toISOString(), seconds: (end - begin) / 1000,
      nested: all.flatMap(({ nested }) => nested ?? []).slice(-mostNested), ...(telling.why && { why: telling.why }), ...(items && { items }), ...(last.mapRun && { mapRun: last.mapRun }),
    };
  });
}

/** Items of an inline Map are over when nothing of them is under way any more. */
export function itemsOf({ id, type, items, mapRun }: Visit, visits: Visit[]): Items | undefined {
  if (type !== "Map" || items === undefined || mapRun) return undefined;
  const own = visits.filter(({ within }) => within === id);
  const of = (fits: (visit: Visit) => boolean): Set<number> => new Set(own.filter(fits).map(({ item = 0 }) => item));
  const running = of(({ status }) => status === "running");
  return { total: items, over: [...of(() => true)].filter((item) => !running.has(item)).length, failed: of(({ status }) => status === "failed").size };
}
