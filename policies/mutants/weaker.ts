/** Weaker: the ways in which a value can become weaker. What a property guards decides which of them it has. */

/** One weaker value; `undefined` stands for a property that is left out. */
export interface Weak { how: string; value: unknown }

/** Weaker values of a value; none where it is as weak as it can be. */
export type Weaken = (value: unknown) => Weak[];

const removed: Weak = { how: "removed", value: undefined };
const set = (value: unknown): Weak => ({ how: `set to ${JSON.stringify(value)}`, value });

/** Weaker when it is not there. */
export const needed: Weaken = () => [removed];

/** A switch that protects while it is on. */
export const guard: Weaken = (value) => (String(value) === "true" ? [removed, set(typeof value === "string" ? "false" : false)] : []);

/** The same where AWS takes on for granted: leaving it out weakens nothing. */
export const guardByDefault: Weaken = (value) => (String(value) === "true" ? [set(typeof value === "string" ? "false" : false)] : []);

/** A switch that opens when it is on. */
export const door: Weaken = (value) => (String(value) === "true" ? [] : [set(typeof value === "string" ? "true" : true)]);

/** Weaker by each of some values, and when it is left out. */
export const better = (...weak: unknown[]): Weaken => (value) => [removed, ...weak.filter((one) => one !== value).map(set)];

/** Weaker by each of some values; leaving it out is as good. */
export const betterThan = (...weak: unknown[]): Weaken => (value) => weak.filter((one) => one !== value).map(set);

/** A number that protects by being small enough. */
export const atMost = (weak: number): Weaken => (value) => [removed, ...(Number(value) < weak ? [set(weak)] : [])];

/** A number that protects by being large enough. */
export const atLeast = (weak: number): Weaken => (value) => [removed, ...(Number(value) > weak ? [set(weak)] : [])];

/** An address range: weaker as the whole internet's. */
export const range: Weaken = () => [set("0.0.0.0/0")];

/** Account that nobody here knows. */
export const STRANGER = "999999999999";

/** An ARN of this account: weaker as that of a stranger's. */
export const own: Weaken = (value) => (typeof value === "string" && /^arn:[^:]*:[^:]*:[^:]*:\d{12}:/.test(value)
  ? [{ how: "taken from another account", value: value.replace(/:\d{12}:/, `:${STRANGER}:`) }] : []);

/** The same, and weaker when it is left out. */
export const ownNeeded: Weaken = (value) => [removed, ...own(value)];

/** The name of something of this stack: weaker as that of something else. */
export const named: Weaken = (value) => [{ how: "taken from outside the stack", value: typeof value === "string" && value.startsWith("arn:") ? value.replace(/[^:/]+(:\*)?$/, "of-others$1") : "of-others" }];

/** A place in S3 as a URL or a bucket's ARN or name: weaker in somebody else's bucket. */
export const place: Weaken = (value) => {
  const text = String(value);
  const elsewhere = text.startsWith("s3://") ? text.replace(/^s3:\/\/[^/]+/, "s3://bucket-of-others") : text.startsWith("arn:") ? text.replace(/:::.*/, ":::bucket-of-others") : "bucket-of-others";
  return [{ how: "put into somebody else's bucket", value: elsewhere }];
};

/** All of several ways. */
export const all = (...ways: Weaken[]): Weaken => (value) => {
  const found = ways.flatMap((way) => way(value));
  return found.filter(({ how }, at) => found.findIndex((other) => other.how === how) === at);
};
