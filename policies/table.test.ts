/** Every rule on this program's own stacks: kept, broken by one fault, and without anything to say. */
import { expect } from "chai";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { access } from "./cases/access";
import { after, type Change, type RuleCase } from "./cases/case";
import { compute } from "./cases/compute";
import { catalogueCases, environmentCases } from "./cases/stack-catalogue";
import { crawlerCases } from "./cases/stack-crawlers";
import { deliveryCases, thingCases } from "./cases/stack-ingest";
import { machineCases, machineRoleCases } from "./cases/stack-machines";
import { networkCases } from "./cases/stack-network";
import { silentCases } from "./cases/stack-silent";
import { starterCases } from "./cases/stack-starters";
import { storage } from "./cases/storage";
import { PROMISES, type Rule, UNDECIDED, type Violation, violations } from "./rule";
import { rules } from "./rules";
import type { Stack } from "./stack";
import { type Case, like } from "./testing";

const single: readonly RuleCase[] = [...storage, ...compute, ...access];
const whole: readonly Case[] = [...networkCases, ...catalogueCases, ...environmentCases, ...crawlerCases, ...deliveryCases, ...thingCases, ...machineCases, ...machineRoleCases, ...starterCases, ...silentCases];

const ruleOf = (name: string): Rule => rules.find((rule) => rule.name === name) ?? expect.fail(`there is no rule ${name}`);
const key = ({ policy, urn, message }: Violation): string => `${policy} at ${urn.split("::").at(-1)}: ${message}`;
const said = (stack: Stack, asked: readonly Rule[] = rules): string[] => violations(stack, asked).map(key);
const ruleIn = (line: string): string => line.split(" at ")[0]!;

/** What the stacks say as they are, worked out once. */
const asTheyAre = new Map<string, Promise<readonly string[]>>();
const untouched = (stack: string): Promise<readonly string[]> => {
  if (!asTheyAre.has(stack)) asTheyAre.set(stack, like(stack).then((real) => said(real)));
  return asTheyAre.get(stack)!;
};
/** Rules that a stack breaks and the real one does not. */
const fresh = (found: readonly string[], before: readonly string[]): string[] => found.filter((line) => !before.includes(line));

describe("the table of rules", function () {
  this.timeout(60_000);

  for (const found of single) {
    it(`${found.rule}: kept, broken by one fault, silent`, async () => {
      const kept = found.kept.length ? said(await after(found, found.kept)) : await untouched(found.stack ?? "prod");
      const broken = fresh(said(await after(found, found.broken)), kept);
      expect([...new Set(broken.map(ruleIn))], broken.join("\n")).to.deep.equal([found.rule]);
      const rule = ruleOf(found.rule);
      const without: Change = ({ resources }) => resources.splice(0, resources.length, ...resources.filter(({ type }) => !rule.types.includes(type)));
      const silent = said(await after(found, found.silent ?? [without]), [rule]);
      expect(silent.filter((line) => broken.includes(line) || !found.silent), silent.join("\n")).to.deep.equal([]);
    });
  }

  for (const { rule, when, change, stack = "prod", fires = [rule], silent } of whole) {
    it(`${rule}: ${silent ? "not asked where " : fires.length ? "" : "nothing where "}${when}`, async () => {
      const found = fresh(said(await like(stack, change), silent ? [ruleOf(rule)] : rules), await untouched(stack));
      expect([...new Set(found.map(ruleIn))].sort(), found.join("\n")).to.deep.equal([...fires].sort());
    });
  }

  it("has no empty place", async () => {
    const places = await Promise.all(rules.map(async ({ name, types }) => {
      const [row, own] = [single.filter(({ rule }) => rule === name), whole.filter(({ rule }) => rule === name)];
      const real = await Promise.all(["prod", "dev"].map(async (stack) => (await like(stack)).ofTypes(types).length > 0 && !(await untouched(stack)).some((line) => ruleIn(line) === name)));
      return {
        name,
        kept: row.length + own.filter(({ fires, silent }) => fires?.length === 0 && !silent).length + (own.length && real.includes(true) ? 1 : 0),
        broken: row.length + own.filter(({ fires = [name] }) => fires.length === 1 && fires[0] === name).length,
        silent: row.length + own.filter(({ silent }) => silent).length,
      };
    }));
    for (const promise of PROMISES) {
      const of = places.filter(({ name }) => ruleOf(name).promise === promise);
      console.log(`      ${promise}: ${of.map(({ name, kept, broken, silent }) => `${name} ${kept}/${broken}/${silent}`).join(", ")}`);
    }
    const sum = (what: "kept" | "broken" | "silent"): number => places.reduce((all, place) => all + place[what], 0);
    console.log(`      ${rules.length} rules × kept ${sum("kept")} / broken ${sum("broken")} / not applicable ${sum("silent")}`);
    expect(places.filter(({ kept, broken, silent }) => !kept || !broken || !silent)).to.deep.equal([]);
  });

  it("says why, where one fault breaks more than one rule", () => {
    const several = whole.filter(({ fires = [], silent }) => fires.length > 1 && !silent);
    for (const { rule, when, fires, because } of several) console.log(`      ${rule}, ${when}: ${String(fires)}, for ${because}`);
    expect(several.filter(({ because }) => !because).map(({ rule, when }) => `${rule} ${when}`)).to.deep.equal([]);
    expect(whole.filter(({ fires = [], because }) => because && fires.length < 2).map(({ rule, when }) => `${rule} ${when}`)).to.deep.equal([]);
  });

  it("knows the rules of its cases", () => {
    const known = new Set([...rules.map(({ name }) => name), UNDECIDED]);
    expect([...single, ...whole].flatMap(({ rule, ...more }) => [rule, ...("fires" in more ? more.fires ?? [] : [])]).filter((name) => !known.has(name))).to.deep.equal([]);
  });

  it("names types that the provider has", () => {
    const folder = dirname(require.resolve("@pulumi/aws/package.json"));
    const files = new Set(rules.flatMap(({ types }) => types).filter((type) => type.startsWith("aws:")));
    const lacking = [...files].filter((type) => !["", ".toLowerCase"].some((fold) => existsSync(join(folder, `${fold ? type.split(":")[1]!.toLowerCase() : type.split(":")[1]!}.js`))));
    expect(lacking).to.deep.equal([]);
  });

  it("says of every rule why it is, what to set, and under a name of its own", () => {
    for (const { name, why, set } of rules) expect([why, set].every((words) => /^[A-Z].{8,}\S$/s.test(words)), name).to.equal(true);
    expect(new Set(rules.map(({ name }) => name)).size).to.equal(rules.length);
  });
});
