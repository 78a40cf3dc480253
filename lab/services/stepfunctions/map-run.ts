/** Map run: what is kept of the run of a distributed Map, the execution that it stands in, and those of its items. */
import type { Definition } from "../../../components/state-machine/language";
import type { Described } from "./tasks/states";

export interface MapRun {
  mapRunArn: string;
  executionArn: string;
  stateMachineArn: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  maxConcurrency: number;
  toleratedFailureCount: number;
  total: number;
  /** Milliseconds since 1970. */
  startDate: number;
  stopDate?: number;
  redriveCount?: number;
  redriveDate?: number;
  /** Why it failed. */
  error?: string;
}

/** The execution that a Map stands in. */
export interface Parent {
  executionArn: string;
  stateMachineArn: string;
  context: object;
}

/** Executions of items. */
export interface Children {
  start(parent: Parent, label: string, mapRunArn: string, definition: Definition, item: { at: number; input: unknown }): Described;
  ended(executionArn: string): Promise<Described>;
  stop(executionArn: string, cause: string): Promise<unknown>;
  under(mapRunArn: string): Described[];
  /** Go on with one that did not succeed; undefined when that can't be any more. */
  redrive(executionArn: string): Described | undefined;
  redrivable(child: Described): boolean;
}

/** Hears how it began: whether it is a new one or, with a count, one that goes on. */
export type Began = (mapRunArn: string, redriveCount: number | undefined) => void;
