/** Shared: the one lake of all trials, made by the first that asks; what a seed comes to without a fault, worked out once. */
import type { Evidence } from "../harness/evidence";
import { broken } from "../harness/invariants";
import { Course } from "./course";
import { Lake } from "./lake";
import { dueOf, inserted, modelOf, type Row, rowsOf } from "./source";

let made: Promise<Lake> | undefined;

export const sharedLake = (): Promise<Lake> => (made ??= Lake.made());

const references = new Map<number, Promise<Reference>>();

export interface Reference {
  rows: Row[];
  evidence: Evidence;
  /** Bytes that came back from the database through JDBC. */
  bytes: number;
  /** Writes that the import made in the raw bucket, in their order. */
  landed: string[];
}

/** The rows of a seed, imported and curated without a fault. */
export function reference(seed: number): Promise<Reference> {
  const known = references.get(seed) ?? soundly(seed);
  references.set(seed, known);
  return known;
}

async function soundly(seed: number): Promise<Reference> {
  const lake = await sharedLake();
  const rows = rowsOf(seed);
  const course = await Course.begun(lake);
  await inserted(lake.host.database, rows);
  await course.run("sound", "SUCCEEDED");
  const { bytes } = lake.jdbc;
  const landed = lake.tap.writes.map(({ place }) => place).filter((place) => place.startsWith(`s3://${lake.names.buckets.raw}/`));
  const evidence = await course.evidence(dueOf(rows));
  const wrong = broken(evidence, modelOf(rows));
  if (wrong.length) throw new Error(`without a fault seed ${seed} comes to no good end:\n${wrong.join("\n")}`);
  return { rows, bytes, landed, evidence };
}

/** Root hook: nothing of it is left behind when the tests end. */
export const mochaHooks = { afterAll: async (): Promise<void> => (await made)?.stop() };
