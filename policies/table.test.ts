/** Every rule on this program's own stack: kept, broken by one fault, and without anything to say. */
import { expect } from "chai";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { access } from "./cases/access";
import { after, type Change, type RuleCase } from "./cases/case";
import { compute } from "./cases/compute";
import { storage } from "./cases/storage";
import { PROMISES, type Violation, violations } from "./rule";
import { rules } from "./rules";

const cases = [...storage, ...compute, ...access];
const own = rules.filter(({ name }) => !name.startsWith("st-"));
const ruleOf = (name: string) => rules.find((rule) => rule.name === name)!;
const key = ({ policy, urn }: Violation): string => `${policy} at ${urn.split("::").at(-1)}`;
const said = async (found: RuleCase, changes: Change[], asked = rules): Promise<string[]> => violations(await after(found, changes), asked).map(key);

/** What the stacks say as they are, worked out once. */
const untouched = new Map<string, Promise<string[]>>();
function asKept(found: RuleCase): Promise<string[]> {
  if (found.kept.length) return said(found, found.kept);
  const stack = found.stack ?? "prod";
  if (!untouched.has(stack)) untouched.set(stack, said(found, []));
  return untouched.get(stack)!;
}

describe("the table of rules", () => {
  for (const found of cases) {
    it(`${found.rule}: kept, broken by one fault, silent`, async function () {
      this.timeout(60_000);
      const kept = await asKept(found);
      const broken = (await said(found, found.broken)).filter((line) => !kept.includes(line));
      expect([...new Set(broken.map((line) => line.split(" at ")[0]))], broken.join("\n")).to.deep.equal([found.rule]);
      const without: Change = ({ resources }) => resources.splice(0, resources.length, ...resources.filter(({ type }) => !ruleOf(found.rule).types.includes(type)));
      const silent = (await said(found, found.silent ?? [without], [ruleOf(found.rule)]));
      expect(silent.filter((line) => broken.includes(line) || !found.silent), silent.join("\n")).to.deep.equal([]);
    });
  }

  it("has no empty place", () => {
    const lacking = own.filter(({ name }) => !cases.some(({ rule }) => rule === name)).map(({ name }) => name);
    expect(lacking).to.deep.equal([]);
    console.log(`      ${rules.length} rules; ${own.length} of single resources and their settings × ${(cases.length * 3) / own.length} cases`);
  });

  it("names types that the provider has", () => {
    const folder = dirname(require.resolve("@pulumi/aws/package.json"));
    const files = new Set(rules.flatMap(({ types }) => types).filter((type) => type.startsWith("aws:")));
    const lacking = [...files].filter((type) => !["", ".toLowerCase"].some((fold) => existsSync(join(folder, `${fold ? type.split(":")[1]!.toLowerCase() : type.split(":")[1]!}.js`))));
    expect(lacking).to.deep.equal([]);
  });

  it("says of every rule which promise it is part of, what to set and what it covers", () => {
    for (const { name, why, set, promise, covers } of own) {
      expect(PROMISES, name).to.include(promise);
      expect([why, set, covers].every((words) => words !== undefined), name).to.equal(true);
    }
    expect(new Set(rules.map(({ name }) => name)).size).to.equal(rules.length);
  });
});
