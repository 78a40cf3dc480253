/** Windows: anomalies held against the stretches that people labelled. */
import type { Window } from "../feed/rooms";

export interface WindowHit {
  window: Window;
  /** Anomalies inside it. */
  anomalies: number;
  /** First anomaly inside it. */
  first?: string;
}

export interface Against {
  windows: WindowHit[];
  /** Anomalies outside every window. */
  outside: number;
}

/**
 * Count anomalies per labelled window. Timestamps are `YYYY-MM-DD HH:MM:SS` and compare as text; both ends of a window
 * belong to it.
 */
export function against(anomalies: string[], labels: Window[]): Against {
  const inside = ([from, to]: Window) => anomalies.filter((at) => at >= from && at <= to).sort();
  const windows = labels.map((window): WindowHit => {
    const hits = inside(window);
    return { window, anomalies: hits.length, ...(hits[0] ? { first: hits[0] } : {}) };
  });
  const outside = anomalies.filter((at) => !labels.some(([from, to]) => at >= from && at <= to)).length;
  return { windows, outside };
}
