/** Steps: the visits of executions as one tree: branches, items and nested executions under the state that they belong to. Pure. */
import { type Items, itemsOf } from "./standing";
import type { Visit, Visits } from "./visits";

export interface Step {
  /** The same at every look. */
  key: string;
  name: string;
  type: string;
  status: Visit["status"];
  /** From its first entry to its last end, or until now. */
  seconds: number;
  /** How often it was come to. */
  times: number;
  why?: string;
  /** Of a Map. */
  items?: Items;
  /** Those under it are steps of another execution. */
  nested: boolean;
  steps: Step[];
}

/** @param seen what is known of each execution by its ARN; @param maps of each Map Run */
export function stepsOf(executionArn: string, seen: ReadonlyMap<string, Visits>, maps: ReadonlyMap<string, Items>, now: Date): Step[] {
  const visits = seen.get(executionArn)?.all() ?? [];
  const under = (within: number | undefined): Step[] => {
    const groups = new Map<string, Visit[]>();
    // A loop comes to the same state again; an item of a Map is one of its own.
    for (const visit of visits.filter((each) => each.within === within)) {
      const key = `${visit.item ?? ""} ${visit.name}`;
      groups.set(key, [...(groups.get(key) ?? []), visit]);
    }
    return [...groups.values()].map((group) => stepOf(group));
  };
  const stepOf = (group: Visit[]): Step => {
    const [first, last] = [group[0]!, group.at(-1)!];
    const nested = last.nested ? stepsOf(last.nested, seen, maps, now) : [];
    const items = (last.mapRun ? maps.get(last.mapRun) : undefined) ?? itemsOf(last, visits);
    return {
      key: `${executionArn} ${first.id}`, name: last.about === undefined ? last.name : `${last.name} ${last.about}`, type: last.type, status: last.status,
      seconds: ((last.left ?? now).getTime() - first.entered.getTime()) / 1000, times: group.length, nested: nested.length > 0,
      steps: nested.length ? nested : under(last.id), ...(last.why && { why: last.why }), ...(items && { items }),
    };
  };
  return under(undefined);
}
