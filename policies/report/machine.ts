/** Reports for programs: SARIF 2.1.0 (code scanning), JUnit (test views) and JSON. */
import { createHash } from "node:crypto";
import { EXCEPTED, EXPIRED, type Rule, UNDECIDED, UNUSED, type Violation } from "../rule";
import { ruleOf, sectionOf, short } from "./outline";
import type { Checked } from "./text";

/** Where the rules are described, seen from the project. */
export const DOCS = "docs/policies.md";

/** What is reported beside the rules. */
const special: Record<string, string> = {
  [UNDECIDED]: "A rule that can't be decided before an update", [EXCEPTED]: "A rule that need not hold here, for a reason and until a day",
  [EXPIRED]: "An exception that has run out, or that is for no rule", [UNUSED]: "An exception that nothing needs any more",
};

const weights = { mandatory: "error", advice: "warning", undecided: "note", exceptions: "note" } as const;

/**
 * SARIF by the OASIS schema 2.1.0. A plan has no lines: a result stands at the project's file, with the URN as its logical
 * location and a fingerprint of its own, by which code scanning knows it again.
 */
export function sarif(found: Violation[], rules: readonly Rule[], docs = DOCS, stack = ""): string {
  const results = found.map((violation) => ({
    ruleId: violation.policy,
    level: weights[sectionOf(violation)],
    message: { text: [short(violation.urn), violation.message].filter(Boolean).join(": ") },
    locations: [{
      physicalLocation: { artifactLocation: { uri: "Pulumi.yaml" }, region: { startLine: 1 } },
      ...(violation.urn && { logicalLocations: [{ fullyQualifiedName: violation.urn, kind: "resource" }] }),
    }],
    // What an exception lets stand is a result that was looked at and accepted: section 3.35 of the standard.
    ...(violation.policy === EXCEPTED && { suppressions: [{ kind: "external", status: "accepted", justification: violation.message }] }),
    partialFingerprints: { primaryLocationLineHash: createHash("sha256").update(`${violation.policy}\n${violation.urn}\n${violation.message}`).digest("hex") },
  }));
  // The schema takes an absolute address only.
  const at = (name: string): object => (URL.canParse(docs) ? { helpUri: `${docs}#${name}` } : {});
  const described = [
    ...rules.map(({ name, why, set, promise, covers }) => ({ id: name, shortDescription: { text: why }, help: { text: set }, ...at(name), properties: { tags: [promise, ...covers] } })),
    ...Object.entries(special).map(([id, words]) => ({ id, shortDescription: { text: words } })),
  ];
  return JSON.stringify({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "sensorlake policies", rules: described } }, ...(stack && { automationDetails: { id: `policies-${stack}/` } }), results }],
  }, null, 2);
}

/** A test case a rule, and one each for what is undecided and for exceptions; what is mandatory is a failure, the rest is printed under its case. */
export function junit(found: Violation[], rules: readonly Rule[], { stack }: Checked): string {
  const cases = [...rules.map(({ name }) => name), ...Object.keys(special)].map((name) => {
    const own = found.filter(({ policy }) => policy === name);
    const lines = own.map(({ urn, message }) => [urn, message].filter(Boolean).join(": ")).join("\n");
    const body = own.some(({ level }) => level === "mandatory") ? `<failure message="${xml(`${own.length} × ${name}`)}">${xml(lines)}</failure>` : `<system-out>${xml(lines)}</system-out>`;
    return `    <testcase classname="policies.${xml(stack)}" name="${xml(name)}">${own.length ? body : ""}</testcase>`;
  });
  const failed = cases.filter((line) => line.includes("<failure")).length;
  return [`<?xml version="1.0" encoding="UTF-8"?>`, `<testsuites>`, `  <testsuite name="policies ${xml(stack)}" tests="${cases.length}" failures="${failed}">`, ...cases, `  </testsuite>`, `</testsuites>`, ""].join("\n");
}

/** Every violation with the promise of its rule, what to set, and where that is described. */
export function json(found: Violation[], checked: Checked): string {
  const violations = found.map((violation) => {
    const rule = ruleOf(violation);
    return { ...violation, section: sectionOf(violation), ...(rule && { rule: rule.name, promise: rule.promise, set: rule.set, docs: `${checked.docs ?? DOCS}#${rule.name}` }) };
  });
  return JSON.stringify({ ...checked, violations }, null, 2);
}

const xml = (text: string): string => [...text].map((sign) => {
  const entity = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[sign];
  // XML 1.0 has no way to write most control characters.
  return entity ?? (sign < " " && !"\t\n\r".includes(sign) ? "\uFFFD" : sign);
}).join("");
