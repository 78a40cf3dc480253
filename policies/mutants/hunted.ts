/** Hunted: every mutant of one of this program's stacks, and what tells of it. */
import { join } from "node:path";
import { stackOfPlan } from "../plan";
import { rules as allRules, type rules as Rules } from "../rules";
import { settingsOf } from "../settings";
import { planOf } from "../testing";
import { mutants, unweighed } from "./generate";
import { Hunt, type Outcome } from "./hunt";

export interface Hunted {
  stack: string;
  outcomes: readonly Outcome[];
  /** Types and properties that nobody weighed. */
  unweighed: readonly string[];
}

/** With the settings that the stack is judged by, all rules when none are named. */
export async function hunted(stack: string, rules: typeof Rules = allRules): Promise<Hunted> {
  const plan = await planOf(stack);
  const seen = stackOfPlan(plan, settingsOf(stack, join(__dirname, "..")));
  const hunt = new Hunt(seen, rules);
  return { stack, outcomes: mutants(plan.resources, seen.resources).map((mutant) => hunt.outcome(mutant)), unweighed: unweighed(plan.resources, seen.resources) };
}
