import { expect } from "chai";
import { join } from "node:path";
import { type Rule, RuleFault, violations } from "./rule";
import { type Exception, parseSettings, type Settings, SettingsFault, settingsOf, strict } from "./settings";
import { type Seen, Stack } from "./stack";

const resource = (name: string): Seen => ({ urn: `urn:pulumi:s::p::t::${name}`, type: "t", name, props: {}, dependencies: {} });
const rule: Rule = { name: "r", why: "why", set: "set it", level: "prod", promise: "names", covers: [], types: ["t"], check: () => false };
const said = (settings: Partial<Settings>, all: Rule[] = [rule]) =>
  violations(new Stack([resource("one"), resource("two")], { ...strict, today: "2026-06-01", ...settings }), all).map(({ policy, level, urn, message }) => [policy, level, urn.split("::").at(-1), message]);
const exception = (more: Partial<Exception> = {}): Exception => ({ rule: "r", resource: "o*", reason: "because it is so", until: "2026-12-31", ...more });

describe("settings", () => {
  it("of dev, prod and local are right, and a stack without any is judged as prod", () => {
    const prods = ["dev", "local", "prod", "other"].map((stack) => settingsOf(stack, __dirname).prod);
    expect(prods).to.deep.equal([false, false, true, true]);
    expect(settingsOf("other", join(__dirname, "none"))).to.equal(strict);
  });

  const faults: [what: string, text: string, words: RegExp][] = [
    ["no JSON", "{", /c\.json is not JSON/],
    ["a typo", '{"prod":true,"undecidedFail":true}', /at the top has no setting "undecidedFail"/],
    ["a missing prod", "{}", /must have required property 'prod'/],
    ["an exception without a reason", '{"prod":true,"exceptions":[{"rule":"r","resource":"x","until":"2027-01-01"}]}', /\/exceptions\/0 must have required property 'reason'/],
    ["an exception at everything", '{"prod":true,"exceptions":[{"rule":"r","resource":["x","*"],"until":"2027-01-01","reason":"a reason that is long enough"}]}', /\/exceptions\/0\/resource\/1 must match pattern/],
    ["a day that is none", '{"prod":true,"exceptions":[{"rule":"r","resource":"x","until":"2027-13-45","reason":"a reason that is long enough"}]}', /2027-13-45 is no day/],
  ];
  for (const [what, text, words] of faults) it(`refuse ${what}`, () => expect(() => parseSettings(text, "c.json")).to.throw(SettingsFault, words));

  it("say what a rule of level prod weighs", () => {
    expect(said({ prod: true })[0]).to.deep.equal(["r", "mandatory", "one", "set it"]);
    expect(said({ prod: false })[0]).to.deep.equal(["r", "advisory", "one", "set it"]);
  });

  it("let a violation stand for a reason until a day, and list it", () => {
    expect(said({ exceptions: [exception()] })).to.deep.equal([["r", "mandatory", "two", "set it"], ["excepted", "advisory", "", "r at t one until 2026-12-31: because it is so"]]);
    expect(said({ exceptions: [exception({ resource: ["one", "t*"] })] })).to.deep.equal([["excepted", "advisory", "", "r at t one, two until 2026-12-31: because it is so"]]);
  });

  it("fail on an exception that has run out, and tell of one that nothing needs", () => {
    expect(said({ exceptions: [exception({ until: "2026-05-31" })] }).map(([policy, level]) => [policy, level])).to.deep.equal([["r", "mandatory"], ["r", "mandatory"], ["exception-expired", "mandatory"]]);
    expect(said({ exceptions: [exception({ resource: "three" })] }).map(([policy]) => policy)).to.deep.equal(["r", "r", "exception-unused"]);
    expect(said({ exceptions: [exception({ resource: ["one", "three", "fo*r"] })] }).at(-1)).to.deep.equal(["exception-unused", "advisory", "", "r at three, fo*r: nothing needs the exception any more; remove it"]);
  });

  it("count what can't be decided as broken where they say so", () => {
    const unsure: Rule = { ...rule, level: "mandatory", check: () => ({ undecided: "x" }) };
    expect(said({}, [unsure])[0]!.slice(0, 2)).to.deep.equal(["undecided", "advisory"]);
    expect(said({ undecidedFails: true }, [unsure])[0]!.slice(0, 2)).to.deep.equal(["r", "mandatory"]);
  });

  it("never take a rule that throws for kept", () => {
    const broken: Rule = { ...rule, check: () => { throw new Error("oh"); } };
    expect(() => said({}, [broken])).to.throw(RuleFault, "Rule r threw at urn:pulumi:s::p::t::one: oh");
  });
});
