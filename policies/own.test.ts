/** This program's own stacks, by their own settings: nothing is broken at any level, and what is let stand is said with its reason. */
import { expect } from "chai";
import { stackOfPlan } from "./plan";
import { EXCEPTED, judge, type Violation, violations } from "./rule";
import { rules } from "./rules";
import { dayOf, settingsOf } from "./settings";
import { planOf } from "./testing";

/** Rules that would stop an update and are let stand somewhere: who adds one, adds it here. */
const mandatory: Record<string, string[]> = { dev: [], prod: ["s3-sse-kms at lake-access"], local: [] };

/** An exception is looked at again within so many days. */
const LONGEST = 400;

const nameOf = ({ urn }: Violation): string => urn.split("::").at(-1)!;
const unique = (words: string[]): string[] => [...new Set(words)].sort();

for (const stack of ["dev", "prod", "local"]) {
  describe(`the stack ${stack}`, function () {
    this.timeout(60_000);
    const settings = settingsOf(stack, __dirname);
    let found: Violation[];
    /** What the rules say before exceptions. */
    let broken: Violation[];

    before(async () => {
      const seen = stackOfPlan(await planOf(stack), settings);
      found = violations(seen, rules);
      broken = rules.flatMap((rule) => seen.ofTypes(rule.types).flatMap((resource) => judge(rule, resource, seen)));
    });

    it("has no violation of any level, nothing undecided, and no exception that is idle or has run out", () => {
      expect(found.filter(({ policy }) => policy !== EXCEPTED).map(({ policy, level, urn, message }) => `${level} ${policy} ${urn}: ${message}`)).to.deep.equal([]);
    });

    it("says every exception in one line, with each resource that it is for", () => {
      const lines = found.map(({ message }) => message);
      const said = settings.exceptions.map(({ rule, resource, until, reason }) => {
        const at = unique(broken.filter((one) => one.policy === rule && [resource].flat().includes(nameOf(one))).map(nameOf));
        const line = lines.find((one) => one.startsWith(`${rule} at `) && one.endsWith(` until ${until}: ${reason}`)) ?? "";
        return unique(line.replace(/ until .*/, "").split(/ at |[,;]? /).filter((word) => at.includes(word)));
      });
      expect(said).to.deep.equal(settings.exceptions.map(({ resource }) => unique([resource].flat() as string[])));
      expect(lines).to.have.length(settings.exceptions.length);
      expect(unique(broken.map((one) => `${one.policy} at ${nameOf(one)}`))).to.deep.equal(unique(settings.exceptions.flatMap(({ rule, resource }) => [resource].flat().map((name) => `${rule} at ${name}`))));
    });

    it("has exceptions by name only, each with a reason that says something and a day within sight", () => {
      const last = new Date(Date.parse(dayOf(settings)) + LONGEST * 86_400_000).toISOString().slice(0, 10);
      const loose = settings.exceptions.filter(({ resource, reason, until }) => [resource].flat().some((name) => name.includes("*")) || reason.length < 60 || !reason.endsWith(".") || until > last);
      expect(loose).to.deep.equal([]);
    });

    it("lets stand of the mandatory rules what is listed here, and nothing else", () => {
      expect(unique(broken.filter(({ level }) => level === "mandatory").map((one) => `${one.policy} at ${nameOf(one)}`))).to.deep.equal(mandatory[stack]);
    });
  });
}
