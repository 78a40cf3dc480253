/** Reports for programs: SARIF 2.1.0 (code scanning) and JUnit (test views). */
import type { Rule, Violation } from "../rule";
import type { Checked } from "./text";

/** Where the rules are described, seen from the project. */
export const DOCS = "docs/policies.md";

/** SARIF by the OASIS schema 2.1.0; the URN stands as a logical location, for a plan has no lines. */
export function sarif(found: Violation[], rules: readonly Rule[], docs = DOCS): string {
  const results = found.map(({ policy, level, urn, message }) => ({
    ruleId: policy,
    level: level === "mandatory" ? "error" : "warning",
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: "infra/index.ts" } }, logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }] }],
  }));
  const described = rules.map(({ name, why, set }) => ({ id: name, shortDescription: { text: why }, helpUri: `${docs}#${name}`, ...(set && { help: { text: set } }) }));
  return JSON.stringify({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "sensorlake policies", rules: described } }, results }],
  }, null, 2);
}

/** A test case a rule; what is violated or undecided is a failure when it is mandatory, else printed under the case. */
export function junit(found: Violation[], rules: readonly Rule[], { stack }: Checked): string {
  const cases = rules.map(({ name }) => {
    const own = found.filter(({ policy }) => policy === name);
    const lines = own.map(({ urn, message }) => `${urn}: ${message}`).join("\n");
    const tag = own.some(({ level }) => level === "mandatory") ? "failure" : "system-out";
    return `    <testcase classname="policies.${xml(stack)}" name="${xml(name)}">${own.length ? `<${tag}>${xml(lines)}</${tag}>` : ""}</testcase>`;
  });
  const failed = cases.filter((line) => line.includes("<failure>")).length;
  return [`<?xml version="1.0" encoding="UTF-8"?>`, `<testsuites>`, `  <testsuite name="policies ${xml(stack)}" tests="${cases.length}" failures="${failed}">`, ...cases, `  </testsuite>`, `</testsuites>`, ""].join("\n");
}

const xml = (text: string): string => [...text].map((sign) => {
  const entity = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[sign];
  // XML 1.0 has no way to write most control characters.
  return entity ?? (sign < " " && !"\t\n\r".includes(sign) ? "\uFFFD" : sign);
}).join("");
