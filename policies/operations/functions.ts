/** Operations of functions: seen, supported, bounded, and what failed is kept. */
import { property, set, valueAt } from "../ask";
import type { Rule } from "../rule";
import { dayOf } from "../settings";
import { type Seen, type Stack, UNKNOWN } from "../stack";

const FUNCTION = ["aws:lambda/function:Function"];

export const functionBounded: Rule = {
  name: "la-conc", level: "advisory", promise: "cost", types: FUNCTION,
  why: "Without a bound one function may use up what the account has for all of them.",
  set: "Set reservedConcurrentExecutions",
  covers: ["CKV_AWS_115"],
  check: property("reservedConcurrentExecutions", (value) => value !== undefined && Number(value) >= 0),
};

/** Who calls a function without waiting for the answer: Lambda Developer Guide, "Invoking a function asynchronously". */
const ASYNC = ["s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com", "iot.amazonaws.com", "scheduler.amazonaws.com", "logs.amazonaws.com", "ses.amazonaws.com"];
const INVOKE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

const related = (fn: Seen, stack: Stack, type: string, property: string): Seen[] =>
  stack.ofTypes([type]).filter((other) => other.dependencies[property]?.includes(fn.urn) || [fn.props.name, fn.props.arn].includes(other.props[property]));

export const functionKeepsFailures: Rule = {
  name: "la-dlq", level: "prod", promise: "orchestration", types: FUNCTION,
  why: "An event that a function fails on is gone, where its caller does not wait and nothing keeps it.",
  set: "Set deadLetterConfig.targetArn, or add a FunctionEventInvokeConfig with destinationConfig.onFailure",
  covers: ["CKV_AWS_116"],
  check: (fn, stack) => {
    const called = related(fn, stack, "aws:lambda/permission:Permission", "function").some(({ props }) => ASYNC.includes(String(props.principal)));
    const configs = related(fn, stack, INVOKE, "functionName");
    if (!called && !configs.length) return undefined;
    return set(valueAt(fn.props, "deadLetterConfig.targetArn")) || configs.some(({ props }) => set(valueAt(props, "destinationConfig.onFailure.destination")));
  },
};

export const functionSigned: Rule = {
  name: "la-sign", level: "advisory", promise: "operations", types: FUNCTION,
  why: "A signature proves that what runs is what was built; it needs a signing profile and a place to sign.",
  set: "Set codeSigningConfigArn",
  covers: ["CKV_AWS_272"],
  check: property("codeSigningConfigArn", set),
};

/** Last day of security updates by runtime: Lambda Developer Guide, "Lambda runtimes", supported runtimes for .zip archives, as of autumn 2026. */
const LAST: Record<string, string> = {
  "nodejs22.x": "2027-04-30", "nodejs24.x": "2028-04-30",
  "python3.11": "2027-06-30", "python3.12": "2028-10-31", "python3.13": "2029-06-30", "python3.14": "2029-06-30",
  "java8.al2": "2027-06-30", "java11": "2027-06-30", "java17": "2027-06-30", "java8.al2023": "2029-06-30", "java11.al2023": "2029-06-30", "java17.al2023": "2029-06-30", "java21": "2029-06-30", "java25": "2029-06-30",
  "dotnet8": "2026-11-10", "dotnet10": "2028-11-14", "python3.10": "2026-10-31", "ruby3.3": "2027-03-31", "ruby3.4": "2028-03-31", "ruby4.0": "2029-03-31", "provided.al2023": "2029-06-30",
};

export const runtimeSupported: Rule = {
  name: "la-runtime", level: "mandatory", promise: "operations", types: FUNCTION,
  why: "A runtime out of support gets no security updates, and one day no deployments.",
  set: "Set runtime to one that Lambda supports, such as nodejs24.x",
  covers: ["CKV_AWS_363", "AwsSolutions-L1", "FSBP Lambda.2"],
  check: ({ props }, { settings }) => {
    const { runtime } = props as { runtime?: string };
    if (runtime === undefined || runtime === UNKNOWN) return runtime === undefined ? undefined : { undecided: "runtime" };
    const last = LAST[runtime];
    return last !== undefined && last >= dayOf(settings);
  },
};

export const functionTraced: Rule = {
  name: "la-xray", level: "prod", promise: "operations", types: FUNCTION,
  why: "A trace shows which call of a slow run was slow.",
  set: "Set tracingConfig.mode to Active",
  covers: ["CKV_AWS_50", "lambda-function-enable-tracing-config", "lambda-function-configure-tracing-config"],
  check: property("tracingConfig.mode", (mode) => mode === "Active"),
};

export const functionDescribed: Rule = {
  name: "la-desc", level: "advisory", promise: "operations", types: FUNCTION,
  why: "Nobody dares to change a function that does not say what it is for.",
  set: "Set description",
  covers: ["lambda-function-missing-description"],
  check: property("description", set),
};
