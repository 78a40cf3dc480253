/** The policy pack: the rules as CrossGuard runs them, for `pulumi preview --policy-pack policies` and for the lab's engine. */
import { PolicyPack, type PolicyResource, type StackValidationArgs } from "@pulumi/policy";
import { RunError } from "@pulumi/pulumi/errors";
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { EXCEPTED, EXPIRED, UNDECIDED, UNUSED, type Violation, violations, type Weight, weightOf } from "./rule";
import { rules } from "./rules";
import { type Settings, SettingsFault, settingsOf } from "./settings";
import { type Props, type Seen, Stack, UNKNOWN } from "./stack";

const stackName = process.env.PULUMI_NODEJS_STACK ?? process.env.PULUMI_STACK ?? "";
const settings = settingsOrStop();

/** One policy of CrossGuard: it reports those violations of the rules that go under its name. */
const policy = (name: string, description: string, enforcementLevel: Weight) => ({
  name,
  description,
  enforcementLevel,
  validateStack: (args: StackValidationArgs, report: (message: string, urn?: string) => void) => {
    for (const found of judged(args.resources)) if (found.policy === name) report(found.message, found.urn || undefined);
  },
});

new PolicyPack("sensorlake", {
  policies: [
    ...rules.map((rule) => policy(rule.name, rule.why, weightOf(rule, settings))),
    policy(UNDECIDED, "What can't be decided before an update is shown, never taken for kept.", "advisory"),
    policy(EXCEPTED, "An exception that is made use of, and why.", "advisory"),
    policy(UNUSED, "An exception that nothing needs any more.", "advisory"),
    policy(EXPIRED, "An exception that has run out.", "mandatory"),
  ],
});

/** What is wrong with settings is shown by itself: the host adds a stack to every other error. */
function settingsOrStop(): Settings {
  try {
    return settingsOf(stackName, settingsFolder());
  } catch (fault) {
    throw fault instanceof SettingsFault ? new RunError(fault.message) : fault;
  }
}

/** Where config.<stack>.json stands: beside the pack, or in the folder that the environment names, for a pack that came from a registry. */
function settingsFolder(): string {
  const named = process.env.SENSORLAKE_SETTINGS;
  if (named && !(isAbsolute(named) && existsSync(named))) throw new SettingsFault(`SENSORLAKE_SETTINGS is ${named}; set the absolute path of a folder that holds config.<stack>.json`);
  return named ? named : __dirname;
}

let verdicts: Violation[] | undefined;

/**
 * What the rules say of a stack: worked out once for all policies. CrossGuard shows each policy a copy of its own, one right
 * after the other, so what holds for the first holds until the process turns to something else.
 */
function judged(resources: PolicyResource[]): Violation[] {
  if (!verdicts) setImmediate(() => { verdicts = undefined; });
  return (verdicts ??= violations(new Stack(resources.map(seen), settings), rules));
}

function seen(resource: PolicyResource): Seen {
  const dependencies = Object.entries(resource.propertyDependencies ?? {})
    .map(([property, from]): [string, string[]] => [property, from.map(({ urn }) => urn)]);
  return { urn: resource.urn, type: resource.type, name: resource.name, props: plain(resource.props) as Props, dependencies: Object.fromEntries(dependencies),
    after: resource.dependencies.map(({ urn }) => urn), parent: resource.parent?.urn ?? "", protect: resource.opts.protect, secretOutputs: resource.opts.additionalSecretOutputs };
}

/** A copy in which what is not known yet is UNKNOWN: CrossGuard's own objects throw where it is read. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => plain(at(value, i)));
  return Object.fromEntries(Object.keys(value).map((key) => [key, plain(at(value, key))]));
}

function at(holder: object, key: string | number): unknown {
  try {
    return (holder as Record<string | number, unknown>)[key];
  } catch (fault) {
    if ((fault as Error).constructor.name === "UnknownValueError") return UNKNOWN;
    throw fault;
  }
}
