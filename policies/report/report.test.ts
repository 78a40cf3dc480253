import { expect } from "chai";
import { excepted } from "../exceptions";
import { UNDECIDED, type Violation } from "../rule";
import { rules } from "../rules";
import { strict } from "../settings";
import { json, junit, sarif } from "./machine";
import { markdown, text } from "./text";

const urn = (name: string): string => `urn:pulumi:dev::p::a$aws:s3/bucket:Bucket::${name}`;
const broken: Violation = { policy: "s3-sse", level: "mandatory", urn: urn("b"), message: "set <it> | now" };
const advice: Violation = { policy: "s3-lock", level: "advisory", urn: urn("b"), message: "think of it" };
const unsure: Violation = { policy: UNDECIDED, level: "advisory", urn: urn("c"), message: "st-name-01: name is not known before an update" };
const reason = "It holds what a rerun makes again.";
const exceptions = [{ rule: "s3-tls", resource: ["b", "c"], until: "2026-06-30", reason }, { rule: "s3-pab", resource: "b", until: "2025-12-31", reason }];
const [excused, expired] = excepted([...["s3-tls", "s3-pab"].map((policy): Violation => ({ ...broken, policy })), { ...broken, policy: "s3-tls", urn: urn("c") }], { ...strict, exceptions, today: "2026-01-15" }, rules).filter(({ policy }) => policy.startsWith("except"));
const all = [advice, unsure, broken, { ...broken, urn: urn("d") }, excused!, expired!];
const checked = { stack: "dev", resources: 1, rules: rules.length, docs: "docs/policies.md" };

describe("a report", () => {
  it("in the terminal goes by section and promise: what it says of which resources, what to set, and where the rule is described", () => {
    const lines = text(all, checked).split("\n");
    const at = (line: string): number => lines.indexOf(line);
    expect(lines.slice(0, 6)).to.deep.equal(["Mandatory", "  encryption", "    s3-sse  docs/policies.md#s3-sse", "      set <it> | now", "        Bucket b, Bucket d", `      → ${rules.find(({ name }) => name === "s3-sse")!.set}`]);
    expect([at("Mandatory"), at("Advice"), at("Undecided before an update"), at("Exceptions")]).to.satisfy((found: number[]) => found.every((one, i) => one > (found[i - 1] ?? -1)));
    expect(lines.at(-1)).to.equal(`dev: 1 resources, ${rules.length} rules, 4 violations (3 mandatory), 1 undecided, 1 exception`);
  });

  it("of any kind lists exceptions with reason and last day, and what is undecided", () => {
    for (const [kind, words] of Object.entries({ text: text(all, checked), md: markdown(all, checked), sarif: sarif(all, rules), junit: junit(all, rules, checked), json: json(all, checked) })) {
      expect(words, kind).to.match(/s3-tls(\]\(docs\/policies\.md#s3-tls\) \|)? at Bucket b, c until 2026-06-30: It holds what a rerun makes again\./);
      expect(words, kind).to.contain("s3-pab at b: the exception ended on 2025-12-31");
      expect(words, kind).to.contain("st-name-01: name is not known before an update");
    }
  });

  it("says an exception in one line, and of a stack without violations how many there are", () => {
    expect(text([excused!], checked).split("\n")).to.deep.equal(["Exceptions", "  encryption", "    s3-tls at Bucket b, c until 2026-06-30: It holds what a rerun makes again.", `dev: 1 resources, ${rules.length} rules, 0 violations, 1 exception`]);
    expect(markdown([excused!], checked)).to.contain("<summary>Exceptions (1)</summary>").and.contain("0 violations, 1 exception.");
    expect(text([], checked)).to.equal(`dev: 1 resources, ${rules.length} rules, 0 violations, 0 exceptions`);
  });

  it("as a comment links each rule, folds advice away, and lets no name out of its cell", () => {
    const words = markdown([...all, { ...broken, message: "a | b\n<script>" }], { ...checked, docs: "https://x/p.md" });
    expect(words).to.contain("| encryption | [s3-sse](https://x/p.md#s3-sse) | Bucket b, Bucket d | set \\<it\\> \\| now |").and.contain("a \\| b \\<script\\>");
    expect(words.indexOf("think of it")).to.be.above(words.indexOf("<details><summary>Advice (1)"));
    expect(words.indexOf("set \\<it\\>")).to.be.below(words.indexOf("<details>"));
  });

  it("for code scanning has a rule for every result, a place, and a fingerprint that tells results apart", () => {
    const { runs: [run] } = JSON.parse(sarif(all, rules, "https://x/p.md", "dev")) as { runs: [{ tool: { driver: { rules: { id: string; helpUri?: string }[] } }; results: { ruleId: string; level: string; partialFingerprints: object; suppressions?: object[]; locations: object[] }[]; automationDetails: object }] };
    const ids = run.tool.driver.rules.map(({ id }) => id);
    expect(run.results.filter(({ ruleId }) => !ids.includes(ruleId))).to.deep.equal([]);
    expect(new Set(run.results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints))).size).to.equal(all.length);
    expect(run.results.map(({ level }) => level)).to.deep.equal(["warning", "note", "error", "error", "note", "error"]);
    expect(run.results.flatMap(({ ruleId, suppressions }) => (suppressions ? [ruleId] : []))).to.deep.equal(["excepted"]);
    expect(run.automationDetails).to.deep.equal({ id: "policies-dev/" });
    expect([run.tool.driver.rules[0]!.helpUri, JSON.parse(sarif(all, rules)).runs[0].tool.driver.rules[0].helpUri]).to.deep.equal([`https://x/p.md#${rules[0]!.name}`, undefined]);
  });

  it("for test views fails for what is mandatory only", () => {
    expect(junit(all, rules, checked)).to.contain('failures="2"').and.contain("set &lt;it&gt;");
    expect(junit([advice, unsure], rules, checked)).to.contain('failures="0"').and.contain("<system-out>");
    expect(junit([{ ...broken, message: "\u0000" }], rules, checked)).to.contain("\uFFFD");
  });

  it("as JSON says of each violation its promise, what to set and where that is described", () => {
    const { violations: [first, second] } = JSON.parse(json([broken, unsure], checked)) as { violations: object[] };
    expect(first).to.include({ policy: "s3-sse", promise: "encryption", docs: "docs/policies.md#s3-sse", section: "mandatory" });
    expect(second).to.include({ policy: UNDECIDED, rule: "st-name-01", promise: "names", section: "undecided" });
  });
});
