/** Testing: this program's own stacks, and copies of them with one fault. */
import { expect } from "chai";
import { resolve } from "node:path";
import { evaluate } from "../lab/engine/plan";
import { parsePlan, stackOfPlan } from "./plan";
import { type Rule, violations } from "./rule";
import { strict } from "./settings";
import { type Seen, Stack } from "./stack";

/** Each stack is evaluated once for all tests of a run. */
const evaluated = new Map<string, Promise<readonly Seen[]>>();

async function seen(stack: string, configOverrides: Record<string, unknown>): Promise<readonly Seen[]> {
  const { resources } = await evaluate({ stack, root: resolve(__dirname, ".."), policies: false, once: true, configOverrides });
  return stackOfPlan(parsePlan(JSON.stringify({ stack, resources, violations: [] }), stack)).resources;
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

/** `config`: settings on top of those of the stack's file. */
export async function like(stack: string, change: (copy: Copy) => void = () => undefined, config: Record<string, unknown> = {}): Promise<Stack> {
  const key = `${stack} ${JSON.stringify(config)}`;
  if (!evaluated.has(key)) evaluated.set(key, seen(stack, config));
  const copy = new Copy(structuredClone(await evaluated.get(key)) as Seen[]);
  change(copy);
  return new Stack(copy.resources, { ...strict, prod: stack === "prod" });
}

/** Names of the rules that fire, each once; what could not be decided as `undecided`. */
export const fired = (stack: Stack, rules: readonly Rule[]): string[] => [...new Set(violations(stack, rules).map(({ policy }) => policy))];

/** A fault, as a change of a stack that is right otherwise, and the rule that tells of it; none where the rule does not apply. */
export interface Case {
  rule: string;
  /** What is wrong, or why the rule does not apply. */
  when: string;
  change: (copy: Copy) => void;
  /** `prod` when left out. */
  stack?: string;
  /** The rule, `undecided`, or nothing; the rule when left out. */
  fires?: string[];
}

/** Tests of cases: each fires exactly the rule that it names. */
export function breaks(rules: readonly Rule[], cases: readonly Case[]): void {
  for (const { rule, when, change, stack = "prod", fires = [rule] } of cases) {
    it(`${rule}: ${fires.length ? "" : "nothing where "}${when}`, async function () {
      this.timeout(60_000);
      const found = violations(await like(stack, change), rules);
      expect([...new Set(found.map(({ policy }) => policy))], found.map(({ policy, message }) => `${policy} ${message}`).join("\n")).to.deep.equal(fires);
    });
  }
}

/** Change a document that stands as JSON text in a property. */
export function rewrite<T>(holder: Record<string, unknown>, property: string, change: (document: T) => void): void {
  const document = JSON.parse(String(holder[property])) as T;
  change(document);
  holder[property] = JSON.stringify(document);
}
