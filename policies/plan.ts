/** Plan: a saved evaluation of a stack (`sensorlake preview --json FILE`), read for the rules. */
import type { Violation } from "./rule";
import type { Settings } from "./settings";
import { type Props, type Seen, Stack } from "./stack";

/** Resource of a plan as it stands in the file. */
export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  parent?: string;
  inputs: Props;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  protect: boolean;
  /** What stands in place of unknown inputs, and beside them, once ids and ARNs are made up. */
  foreseen?: Props;
  secretOutputs?: readonly string[];
}

export interface Plan {
  stack: string;
  resources: PlannedResource[];
  violations: Violation[];
}

/** Key by which Pulumi marks a secret in plain JSON. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** Read a plan. Throws a PlanFault with the first thing that makes the text no plan. */
export function parsePlan(text: string, file: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (fault) {
    throw new PlanFault(`${file} is not JSON: ${(fault as Error).message}`);
  }
  const plan = value as Plan;
  if (typeof plan?.stack !== "string" || !Array.isArray(plan.resources)) throw new PlanFault(`${file} is not a plan: make one with sensorlake preview --stack S --json FILE`);
  if (!plan.resources.length) throw new PlanFault(`${file} has no resources, so there is nothing that the rules could have passed`);
  plan.resources.forEach((resource, i) => {
    for (const key of ["urn", "type", "name"] as const) {
      if (typeof resource?.[key] !== "string") throw new PlanFault(`${file}: resources[${i}].${key} is missing`);
    }
    if (typeof resource.inputs !== "object" || resource.inputs === null) throw new PlanFault(`${file}: resources[${i}].inputs is missing`);
  });
  return plan;
}

/** The text is not a plan; nothing was checked. */
export class PlanFault extends Error {}

/** The resources of a plan as the rules see them: secrets by what they hold. */
export const stackOfPlan = (plan: Plan, settings?: Settings): Stack => new Stack(plan.resources.map((resource): Seen => ({
  urn: resource.urn,
  type: resource.type,
  name: resource.name,
  props: open({ ...resource.inputs, ...resource.foreseen }) as Props,
  dependencies: resource.propertyDependencies ?? {},
  after: resource.dependencies ?? [],
  parent: resource.parent ?? "",
  protect: resource.protect ?? false,
  ...(resource.secretOutputs ? { secretOutputs: resource.secretOutputs } : {}),
})), settings);

function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value && "value" in value) return open(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner)]));
}
