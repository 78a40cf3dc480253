/** Keys and secrets: rotated, described, in use, and nobody's but the account's. */
import { notTrue, property, set, valueAt, where, yes } from "../ask";
import { accountOf, isPublic, judged } from "../document";
import { ownAccounts } from "../exposure/buckets";
import type { Rule } from "../rule";
import { known, type Seen } from "../stack";

const KEY = ["aws:kms/key:Key"];
const SECRET = ["aws:secretsmanager/secret:Secret"];
const symmetric = ({ props }: Seen): boolean => (props.customerMasterKeySpec ?? props.keySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT";

export const keyRotates: Rule = {
  name: "kms-rotate", level: "mandatory", promise: "encryption", types: KEY,
  why: "A key that never changes opens everything it ever closed.",
  set: "Set enableKeyRotation to true",
  covers: ["CKV_AWS_7", "AwsSolutions-KMS5", "kms-key-enable-key-rotation", "cmk-backing-key-rotation-enabled"],
  check: where(symmetric, property("enableKeyRotation", yes)),
};

export const keyNotForAnyone: Rule = {
  name: "kms-star", level: "mandatory", promise: "exposure", types: [...KEY, "aws:kms/keyPolicy:KeyPolicy"],
  why: "A key for everyone, or for a stranger, opens everything that it closes.",
  set: "Name principals of your own accounts in the key's policy, or bind everyone by kms:CallerAccount or aws:SourceAccount",
  covers: ["CKV_AWS_33", "FSBP KMS.5"],
  check: (key, stack) => judged(key, (all) => {
    const named = all.filter(({ allows }) => allows).flatMap(({ principals }) => principals.map(({ value }) => accountOf(value))).filter((account) => account !== undefined);
    const own = ownAccounts(stack);
    if (all.some(isPublic)) return false;
    return !named.length || own.length ? named.every((account) => own.includes(account)) : { undecided: "the account of the stack" };
  }),
};

export const keyHasPolicy: Rule = {
  name: "kms-policy", level: "advisory", promise: "permissions", types: KEY,
  why: "Without a policy of its own a key is for whoever the account's policies let.",
  set: "Set policy, or add a KeyPolicy for this key",
  covers: ["CKV2_AWS_64"],
  check: (key, stack) => key.props.policy !== undefined || stack.pointingAt(key, "aws:kms/keyPolicy:KeyPolicy", "keyId").length > 0,
};

export const keyEnabled: Rule = {
  name: "kms-enabled", level: "mandatory", promise: "encryption", types: KEY,
  why: "What a key closed is lost with it; it goes late and on purpose, or not at all.",
  set: "Leave isEnabled true; in prod set deletionWindowInDays to 30 and protect to true",
  covers: ["CKV_AWS_227", "FSBP KMS.3"],
  check: ({ props, protect }, { settings }) => {
    if (props.isEnabled === false) return "Set isEnabled to true";
    if (!settings.prod) return undefined;
    if (known(props.deletionWindowInDays) && Number(props.deletionWindowInDays) < 30) return "Set deletionWindowInDays to 30";
    return protect === false ? "Set the option protect to true" : undefined;
  },
};

export const keyLockoutChecked: Rule = {
  name: "kms-lockout", level: "mandatory", promise: "encryption", types: KEY,
  why: "Without AWS's check a policy may shut out everybody, and what the key closed is lost.",
  set: "Leave out bypassPolicyLockoutSafetyCheck",
  covers: ["kms-key-disallow-bypass-policy-lockout-safety-check"],
  check: property("bypassPolicyLockoutSafetyCheck", notTrue),
};

export const keyDescribed: Rule = {
  name: "kms-desc", level: "advisory", promise: "operations", types: KEY,
  why: "Nobody dares to remove a key that does not say what it closes.",
  set: "Set description",
  covers: ["kms-key-missing-description"],
  check: property("description", set),
};

export const secretByOwnKey: Rule = {
  name: "sec-cmk", level: "prod", promise: "encryption", types: SECRET,
  why: "A key of one's own says who may read the password, and is needed to give it to another account.",
  set: "Set kmsKeyId to a key",
  covers: ["CKV_AWS_149", "secretsmanager-secret-configure-customer-managed-key"],
  check: property("kmsKeyId", set),
};

const ROTATION = "aws:secretsmanager/secretRotation:SecretRotation";

export const secretRotates: Rule = {
  name: "sec-rotate", level: "prod", promise: "permissions", types: SECRET,
  why: "A password that leaked once is good for ever where nobody changes it.",
  set: "Add a SecretRotation for this secret",
  covers: ["CKV2_AWS_57", "AwsSolutions-SMG4", "FSBP SecretsManager.1"],
  check: (secret, stack) => stack.pointingAt(secret, ROTATION, "secretId").length > 0,
};

/** Days of a schedule `rate(N days)`; undefined for what has no such form. */
const days = (schedule: unknown): number | undefined => Number(/^rate\((\d+) days?\)$/.exec(String(schedule))?.[1] ?? NaN) || undefined;

export const secretRotatesOften: Rule = {
  name: "sec-rotate90", level: "prod", promise: "permissions", types: [ROTATION],
  why: "A quarter is as long as a leaked password should be of use.",
  set: "Set rotationRules.automaticallyAfterDays to 90 or less",
  covers: ["CKV_AWS_304", "FSBP SecretsManager.4"],
  check: property("rotationRules", (rules) => {
    const { automaticallyAfterDays, scheduleExpression } = (rules ?? {}) as { automaticallyAfterDays?: number; scheduleExpression?: string };
    const every = automaticallyAfterDays ?? days(scheduleExpression);
    return every === undefined ? String(scheduleExpression).startsWith("cron(") || String(scheduleExpression).startsWith("rate(") : every <= 90;
  }),
};

export const secretDescribed: Rule = {
  name: "sec-desc", level: "advisory", promise: "operations", types: SECRET,
  why: "Nobody dares to change a secret that does not say what it opens.",
  set: "Set description",
  covers: ["secretsmanager-secret-missing-description"],
  check: property("description", set),
};

export const endpointByOwnKey: Rule = {
  name: "sm-ep-kms", level: "prod", promise: "encryption", types: ["aws:sagemaker/endpointConfiguration:EndpointConfiguration"],
  why: "An endpoint keeps models and requests on its volumes.",
  set: "Set kmsKeyArn to a key",
  covers: ["CKV_AWS_98"],
  check: property("kmsKeyArn", set),
};

export const notebookByOwnKey: Rule = {
  name: "sm-nb-kms", level: "mandatory", promise: "encryption", types: ["aws:sagemaker/notebookInstance:NotebookInstance"],
  why: "A notebook's volume holds what its user drew from the lake.",
  set: "Set kmsKeyId to a key",
  covers: ["CKV_AWS_22", "CKV_AWS_187", "AwsSolutions-SM2"],
  check: property("kmsKeyId", set),
};

export const environmentByOwnKey: Rule = {
  name: "la-env-kms", level: "prod", promise: "encryption", types: ["aws:lambda/function:Function"],
  why: "What a function is told in its environment shows in the console to everybody who may look at it.",
  set: "Set kmsKeyArn to a key",
  covers: ["CKV_AWS_173"],
  check: where(({ props }) => Object.keys((valueAt(props, "environment.variables") as object | undefined) ?? {}).length > 0, property("kmsKeyArn", set)),
};
