/**
 * Invariants: the eight promises that hold after every trial, whatever went wrong in it. Pure: evidence in, what is broken out.
 *
 * `reference` is the end of the same seed without the fault: the last promise compares with it.
 */
import { createHash } from "node:crypto";
import type { Evidence, Kept } from "./evidence";

export interface Invariant {
  name: string;
  promise: string;
  /** What is broken, in words; nothing when it holds. */
  broken(found: Evidence, reference: Evidence): string[];
}

const ofRun = ({ name, status, cause }: Evidence["runs"][number]): string => `${name} ended ${status}${cause ? `: ${cause}` : ""}`;

export const invariants: Invariant[] = [
  {
    name: "I1", promise: "none lost: each acknowledged record is in the curated table or in quarantine",
    broken({ acknowledged, curated, quarantine }) {
      const [rows, rejected] = [new Set(curated.map(({ id }) => id)), new Set(quarantine.map(({ content }) => content))];
      return acknowledged.filter(({ id, content }) => !rows.has(id) && !rejected.has(content)).map(({ content }) => `lost ${content}`);
    },
  },
  {
    name: "I2", promise: "none doubled: one curated row a dedupe key",
    broken: ({ curated }) => repeated(curated.map(({ id }) => id)).map((id) => `doubled ${id}`),
  },
  {
    name: "I3", promise: "nothing partial: readers see only whole versions, and nothing unfinished stays behind",
    broken: ({ looks, versions, places, leftovers }) => [
      ...looks.filter(({ rows }) => !versions.includes(rows)).map(({ when, rows }) => `a reader saw ${rows} rows ${when}; versions have ${versions.join(" or ")}`),
      ...places.filter((place) => leftovers.some((one) => one.test(place))).map((place) => `${place} was left behind`),
    ],
  },
  {
    name: "I4", promise: "quarantine complete: what is rejected is kept byte for byte, with its reason",
    broken({ unfit, quarantine }) {
      const reasons = new Map(quarantine.map(({ content, reason }) => [content, reason]));
      return [
        ...unfit.filter((content) => !reasons.has(content)).map((content) => `not in quarantine: ${content}`),
        ...[...reasons].filter(([, reason]) => !reason).map(([content]) => `without a reason: ${content}`),
      ];
    },
  },
  {
    name: "I5", promise: "contained: nothing is written outside its place",
    broken: ({ places, written, allowed }) => [...new Set([...places, ...written])].filter((place) => !allowed.some((one) => one.test(place))).map((place) => `outside: ${place}`),
  },
  {
    name: "I6", promise: "loud: a run that failed ends FAILED, names its cause and tells people; none ends otherwise than it went",
    broken: ({ runs, told }) => runs.flatMap((run) => {
      const { name, status, cause = "", expected, names } = run;
      if (expected !== "either" && status !== expected) return [`${ofRun(run)}, it had to end ${expected}`];
      if (status === "SUCCEEDED") return [];
      return [
        ...(status === "FAILED" ? [] : [`${ofRun(run)}, neither a success nor a failure`]),
        ...(cause ? [] : [`${name} failed without a cause`]),
        ...(cause && names && !names.test(cause) ? [`the cause of ${name} does not name ${String(names)}: ${cause}`] : []),
        ...(cause && !told.some((message) => message.includes(cause.slice(0, 60))) ? [`nobody was told that ${ofRun(run)}`] : []),
      ];
    }),
  },
  {
    name: "I7", promise: "no secret: no canary in any log, state, object, message or error",
    broken: ({ texts, canaries }) => texts.flatMap(({ where, text }) =>
      canaries.flatMap((canary, at) => (text.includes(canary) ? [`canary ${at + 1} stands in ${where}`] : []))),
  },
  {
    name: "I8", promise: "same end: after recovery the rows are those of the run without the fault",
    broken(found, reference) {
      if (digest(found) === digest(reference)) return [];
      const differences = [["curated row", contents(found.curated), contents(reference.curated)], ["rejected record", contents(found.quarantine), contents(reference.quarantine)]] as const;
      return differences.flatMap(([what, here, there]) => [
        ...here.filter((one) => !there.includes(one)).map((one) => `${what} that the reference has not: ${one}`),
        ...there.filter((one) => !here.includes(one)).map((one) => `${what} of the reference is missing: ${one}`),
      ]);
    },
  },
];

/** What a rejected record is kept as may be there twice after a retry; which ones are there may not change. */
const digest = ({ curated, quarantine }: Evidence): string =>
  createHash("sha256").update(JSON.stringify([curated.map(({ content }) => content).sort(), contents(quarantine)])).digest("hex");

const contents = (kept: readonly Pick<Kept, "content">[]): string[] => [...new Set(kept.map(({ content }) => content))].sort();

const repeated = (names: string[]): string[] => [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];

/** Of each invariant that is broken a few words a case. */
const mostTold = 3;

/** Every broken invariant, a line each; empty when all hold. */
export function broken(found: Evidence, reference: Evidence): string[] {
  return invariants.flatMap(({ name, promise, broken: look }) => {
    const cases = look(found, reference);
    const more = cases.length > mostTold ? ` (and ${cases.length - mostTold} more)` : "";
    return cases.length ? [`${name} ${promise.split(":")[0]}: ${cases.slice(0, mostTold).join("; ")}${more}`] : [];
  });
}
