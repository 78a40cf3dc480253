/** Hunt: which rule, if any, tells a weaker stack from the real one. */
import { standing } from "../exceptions";
import { judge, type Rule, type Violation } from "../rule";
import { type Seen, Stack } from "../stack";
import type { Mutant } from "./mutant";

export interface Outcome {
  mutant: Mutant;
  /** What tells of it; undefined where nothing does. */
  by: Violation | undefined;
}

const key = ({ policy, urn, message }: Violation): string => `${policy} ${urn} ${message}`;

/**
 * Rules are asked in the order in which they are likely to tell: those that told of the same change elsewhere, those of the
 * changed resource's type at that resource, those that told of the same property, and then every rule at every resource.
 */
export class Hunt {
  private readonly said: ReadonlySet<string>;
  private readonly own: ReadonlySet<Seen>;
  private readonly told = new Map<string, Rule[]>();
  private readonly byName: ReadonlyMap<string, Rule>;
  private readonly all: readonly Rule[];
  /** What the stack's exceptions let stand tells nothing. */
  private readonly stands: (violation: Violation) => boolean;

  constructor(private readonly stack: Stack, rules: readonly Rule[]) {
    this.stands = standing(stack.settings);
    this.said = new Set(rules.flatMap((rule) => stack.ofTypes(rule.types).flatMap((resource) => judge(rule, resource, stack))).map(key));
    this.own = new Set(stack.resources);
    this.byName = new Map(rules.map((rule) => [rule.name, rule]));
    // What looks at every resource looks at each by itself: most has been seen at the changed one.
    this.all = [...rules].sort((one, other) => Number(one.types.includes("*")) - Number(other.types.includes("*")));
  }

  /** The first violation that the real stack does not have and no exception lets stand. What is only undecided tells nothing. */
  outcome(mutant: Mutant): Outcome {
    const stack = new Stack(mutant.made(this.stack.resources), this.stack.settings);
    const touched = stack.resources.filter((one) => !this.own.has(one));
    const [alike, near] = [`${mutant.type} ${mutant.path} ${mutant.how.replace(/^.*: /, "")}`, `${mutant.type} ${mutant.path}`];
    const by = this.first(this.told.get(alike) ?? [], stack) ?? this.first(this.all, stack, touched) ?? this.first(this.told.get(near) ?? [], stack) ?? this.first(this.all, stack);
    if (by) [alike, near].forEach((like) => this.remember(like, this.byName.get(by.policy)!));
    return { mutant, by };
  }

  private remember(like: string, rule: Rule): void {
    const before = this.told.get(like) ?? [];
    if (!before.includes(rule)) this.told.set(like, [...before, rule]);
  }

  private first(rules: readonly Rule[], stack: Stack, among?: readonly Seen[]): Violation | undefined {
    for (const rule of rules) {
      const resources = among ? among.filter(({ type }) => rule.types.includes(type) || (rule.types.includes("*") && type.startsWith("aws:"))) : stack.ofTypes(rule.types);
      for (const resource of resources) {
        const found = judge(rule, resource, stack).find((one) => one.policy === rule.name && !this.said.has(key(one)) && !this.stands(one));
        if (found) return found;
      }
    }
    return undefined;
  }
}
