/** Testing: this program's own stacks, and copies of them with one fault. */
import { resolve } from "node:path";
import { evaluate } from "../lab/engine/plan";
import { parsePlan, type Plan, stackOfPlan } from "./plan";
import { strict } from "./settings";
import { type Seen, Stack } from "./stack";

/** Each stack is evaluated once for all tests of a run. */
const evaluated = new Map<string, Promise<Plan>>();

/** The plan of a stack of this program, as `sensorlake preview --json` saves it. `config`: settings on top of those of the stack's file. */
export function planOf(stack: string, config: Record<string, unknown> = {}): Promise<Plan> {
  const key = `${stack} ${JSON.stringify(config)}`;
  if (!evaluated.has(key)) evaluated.set(key, made(stack, config));
  return evaluated.get(key)!;
}

async function made(stack: string, configOverrides: Record<string, unknown>): Promise<Plan> {
  const { resources } = await evaluate({ stack, root: resolve(__dirname, ".."), policies: false, once: true, configOverrides });
  return parsePlan(JSON.stringify({ stack, resources, violations: [] }), stack);
}

/** A copy of a stack that a test may change. */
export class Copy {
  constructor(readonly resources: Seen[]) {}

  /** The one resource of a type (by the end of its token) and a logical name. */
  the(type: string, name: string): Seen {
    const found = this.resources.filter((one) => one.type.endsWith(`:${type}`) && one.name === name);
    if (found.length !== 1) throw new Error(`there are ${found.length} resources ${type} ${name}`);
    return found[0]!;
  }

  without(type: string, name: string): void {
    this.resources.splice(this.resources.indexOf(this.the(type, name)), 1);
  }

  add(resource: Partial<Seen> & Pick<Seen, "type" | "name" | "props">): void {
    this.resources.push({ urn: `urn:pulumi:prod::sensorlake::${resource.type}::${resource.name}`, dependencies: {}, after: [], ...resource });
  }
}

/** Where AWS keeps the images of its algorithms in eu-central-1; the settings of the stacks name it, too. */
const OUTSIDE = ["664544806723"];

/** `config`: settings on top of those of the stack's file. */
export async function like(stack: string, change: (copy: Copy) => void = () => undefined, config: Record<string, unknown> = {}): Promise<Stack> {
  // Properties are new with every reading of the plan; what they come from is the plan's own.
  const copy = new Copy(stackOfPlan(await planOf(stack, config)).resources.map((one) => ({ ...one, dependencies: structuredClone(one.dependencies), after: [...(one.after ?? [])] })));
  change(copy);
  return new Stack(copy.resources, { ...strict, prod: stack === "prod", outside: { ...strict.outside, accounts: OUTSIDE } });
}

/** A fault, as a change of a stack that is right otherwise, and the rule that tells of it; none where the rule does not apply. */
export interface Case {
  rule: string;
  /** What is wrong, or why the rule has nothing to say. */
  when: string;
  change: (copy: Copy) => void;
  /** `prod` when left out. */
  stack?: string;
  /** The rule, `undecided`, or nothing; the rule when left out. */
  fires?: string[];
  /** The rule does not apply: what it asks about is not there. */
  silent?: true;
  /** Why one fault breaks more rules than its own. */
  because?: string;
}

/** Change a document that stands as JSON text in a property. */
export function rewrite<T>(holder: Record<string, unknown>, property: string, change: (document: T) => void): void {
  const document = JSON.parse(String(holder[property])) as T;
  change(document);
  holder[property] = JSON.stringify(document);
}
