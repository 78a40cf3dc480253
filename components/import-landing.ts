/** ImportLanding: what a job of past readings may write: its own door of the raw tables, aside first, what it refused, and its report. */
import * as pulumi from "@pulumi/pulumi";
import { mayListBucket, mayWorkIn, type Permission } from "./access";
import type { LakeCatalog } from "./lake-catalog";

export function mayLand(tables: { table: pulumi.Input<string> }[], source: "history" | "external", { raw, lake }: LakeCatalog): Permission[] {
  const door = tables.flatMap(({ table }) => [pulumi.interpolate`${table}/source=${source}/`, pulumi.interpolate`landing/${table}/source=${source}/`]);
  return [...[...door, "rejected/"].map((prefix) => mayWorkIn(raw, prefix)), mayListBucket(raw), mayWorkIn(lake, "runs/"), mayListBucket(lake)];
}
