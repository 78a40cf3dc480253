/** Rules over the whole stack, in the order of the reports. */
import type { Rule } from "../rule";
import * as crawlers from "./crawlers";
import * as machineReferences from "./machine-references";
import * as machineRole from "./machine-role";
import * as machines from "./machines";

const isRule = (value: unknown): value is Rule => typeof value === "object" && value !== null && "check" in value;

export const stackRules: readonly Rule[] = [crawlers, machineReferences, machines, machineRole]
  .flatMap((file) => Object.values<unknown>(file).filter(isRule))
  .sort((one, other) => (one.name < other.name ? -1 : 1));
