/** Every rule of the pack, in the order of the reports. */
import * as names from "./names";
import * as network from "./network";
import type { Rule } from "./rule";
import * as storage from "./storage";

const isRule = (value: unknown): value is Rule => typeof value === "object" && value !== null && "check" in value;

export const rules: readonly Rule[] = [names, network, storage].flatMap((file) => Object.values<unknown>(file).filter(isRule));
