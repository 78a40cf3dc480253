/** Starters: what starts a machine by itself can: a schedule or a rule on events has a role for that and nothing else, and hears what it waits for. */
import { valueAt } from "../ask";
import { settingsOf } from "../buckets";
import { beyond, missing, type Need } from "../iam/need";
import { permissionsOf, roleOf } from "../iam/role";
import type { Answer, Rule } from "../rule";
import { known, type Seen, type Stack, UNKNOWN } from "../stack";
import { BUCKETS } from "./location";
import { MACHINE } from "./definition";

const SCHEDULE = "aws:scheduler/schedule:Schedule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

export const startersStart: Rule = {
  name: "st-evb-01",
  why: "A schedule or a rule that may not start its machine, or never hears of anything, looks like one that does: nothing runs, and nothing fails.",
  set: "Give the target a role that allows states:StartExecution on the machine, kms:Decrypt on a schedule's own key, and nothing else; let the bucket of the pattern tell EventBridge by a BucketNotification with eventbridge.",
  level: "mandatory",
  promise: "orchestration",
  // EventBridge User Guide, "Using IAM roles to access resources"; S3 User Guide, "Enabling Amazon EventBridge".
  covers: [],
  types: [SCHEDULE, TARGET],
  check: (starter, stack) => {
    const machine = machineOf(starter, stack);
    if (!machine) return undefined;
    const property = starter.type === SCHEDULE ? "target" : "roleArn";
    const arn = valueAt(starter.props, starter.type === SCHEDULE ? "target.roleArn" : "roleArn");
    if (arn === undefined) return `it starts ${machine.name} by no role; set roleArn`;
    const role = roleOf(starter, property, arn, stack);
    if (!role) return { undecided: "what its role allows: the role is not in this stack, which" };
    const allows = permissionsOf(role, stack);
    if (typeof allows === "string") return { undecided: allows };
    const needs = [{ action: "states:StartExecution", on: found(machine.props.arn), kind: ":stateMachine:", for: `starting ${machine.name}` }, ...decrypting(starter)];
    return [...missing(needs, allows), ...beyond(needs, allows), ...(starter.type === TARGET ? unheard(starter, stack) : [])];
  },
};

const found = (arn: unknown): string[] => (known(arn) ? [String(arn)] : []);

/** A schedule's input is kept with its key, and read by its role: EventBridge Scheduler User Guide, "Encryption at rest". */
const decrypting = ({ type, props }: Seen): Need[] => (type === SCHEDULE && props.kmsKeyArn !== undefined
  ? [{ action: "kms:Decrypt", on: found(props.kmsKeyArn), kind: ":key/", for: "reading its input" }] : []);

/** The machine of this stack that it starts. */
function machineOf(starter: Seen, stack: Stack): Seen | undefined {
  const [property, arn] = starter.type === SCHEDULE ? ["target", valueAt(starter.props, "target.arn")] : ["arn", starter.props.arn as unknown];
  return stack.having(MACHINE, ["arn"], arn)[0] ?? stack.behind(starter, property, MACHINE)[0];
}

/** Buckets of the stack that the pattern waits for, and that tell EventBridge nothing. */
function unheard(starter: Seen, stack: Stack): Answer[] {
  const RULE = "aws:cloudwatch/eventRule:EventRule";
  const rule = stack.having(RULE, ["name"], starter.props.rule)[0] ?? stack.behind(starter, "rule", RULE)[0];
  const text = rule?.props.eventPattern as unknown;
  if (typeof text !== "string" || text.includes(UNKNOWN)) return text === undefined ? [] : [{ undecided: "the pattern of its rule" }];
  const { source = [], detail } = JSON.parse(text) as { source?: unknown[]; detail?: { bucket?: { name?: unknown[] } } };
  if (!source.includes("aws.s3")) return [];
  const buckets = stack.ofTypes(BUCKETS).filter(({ props }) => detail?.bucket?.name?.includes(props.bucket));
  return buckets.filter((bucket) => !settingsOf(bucket, stack, "BucketNotification").some(({ props }) => props.eventbridge === true || props.eventbridge === "true"))
    .map((bucket) => `the bucket ${bucket.name}, which its rule waits for, tells EventBridge nothing; add a BucketNotification with eventbridge`);
}
