/** Secrets in the open, and what machines and notebooks may do. */
import { each, is, property, set } from "../ask";
import { statements } from "../document";
import type { Rule } from "../rule";
import { known, type Seen, type Stack, UNKNOWN } from "../stack";
import { isAdmin, isWholeService } from "./actions";

const INSTANCE = ["aws:ec2/instance:Instance"];
const NOTEBOOK = ["aws:sagemaker/notebookInstance:NotebookInstance"];

/** Forms of keys and tokens that stand in public lists of such patterns; a private key in PEM; a password in a URL. */
const FORMS = [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, /-----BEGIN [A-Z ]*PRIVATE KEY-----/, /\bgh[pousr]_[A-Za-z0-9]{36}\b/, /\bxox[abprs]-[A-Za-z0-9-]{10,}/, /:\/\/[^/\s:@]+:[^/\s:@]+@/];
const NAMED = /(password|passwd|secret|token|api_?key|access_?key|private_?key)$/i;

/** Bits a character carries on average; keys made by chance have 4 and more, words about 3. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

/** Whether a text gives a secret away: by its form, by the name that it goes under, or as a run of chance with digits in both cases. */
export function leaks(name: string, value: unknown): boolean {
  if (typeof value !== "string" || value === UNKNOWN) return false;
  if (FORMS.some((form) => form.test(value))) return true;
  if (/^(arn:|https?:\/\/|s3:\/\/|\[secret\]$)/.test(value)) return false;
  if (NAMED.test(name)) return value.length > 0;
  return /^[A-Za-z0-9+/=_-]{32,}$/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) && entropy(value) > 4.2;
}

export const noSecretInEnvironment: Rule = {
  name: "la-secrets", level: "mandatory", promise: "permissions", types: ["aws:lambda/function:Function"],
  why: "What a function's environment holds shows in the console and in every plan.",
  set: "Pass the ARN of a secret, and read it in the function",
  covers: ["CKV_AWS_45"],
  check: ({ props }) => {
    const found = Object.entries((props.environment?.variables ?? {}) as Record<string, unknown>).filter(([name, value]) => leaks(name, value)).map(([name]) => name);
    return found.length ? `environment.variables.${found.join(", ")} looks like a secret; pass the ARN of a secret, and read it in the function` : undefined;
  },
};

/** Variables that switch off the check of certificates: Node.js CLI, "NODE_TLS_REJECT_UNAUTHORIZED"; Python 2.7's PEP 493. */
const UNCHECKED = ["NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY"];

export const functionChecksCertificates: Rule = {
  name: "la-tls", level: "mandatory", promise: "encryption", types: ["aws:lambda/function:Function"],
  why: "TLS whose certificates nobody checks hides nothing from whoever stands in between.",
  set: "Take NODE_TLS_REJECT_UNAUTHORIZED and PYTHONHTTPSVERIFY out of environment.variables; name the authority by NODE_EXTRA_CA_CERTS",
  covers: [],
  check: ({ props }) => !UNCHECKED.some((name) => String(props.environment?.variables?.[name] ?? "1") === "0"),
};

export const noSecretInUserData: Rule = {
  name: "ec2-userdata", level: "mandatory", promise: "permissions", types: INSTANCE,
  why: "User data is readable to every process of the machine, and shows in the console.",
  set: "Read secrets from Secrets Manager when the machine starts",
  covers: ["CKV_AWS_46"],
  check: ({ props }) => {
    if (props.userData === UNKNOWN || props.userDataBase64 === UNKNOWN) return { undecided: "userData" };
    const text = `${String(props.userData ?? "")}\n${Buffer.from(String(props.userDataBase64 ?? ""), "base64").toString()}`;
    return !text.split("\n").some((line) => FORMS.some((form) => form.test(line)) || /(password|secret|token)\s*=\s*["']?[A-Za-z0-9+/_!-]{8,}["']?\s*$/i.test(line));
  },
};

export const instanceHasRole: Rule = {
  name: "ec2-profile", level: "mandatory", promise: "permissions", types: INSTANCE,
  why: "A machine without a role gets its permissions by keys that lie on it.",
  set: "Set iamInstanceProfile",
  covers: ["CKV2_AWS_41"],
  check: property("iamInstanceProfile", set),
};

export const notebookWithoutRoot: Rule = {
  name: "sm-nb-root", level: "mandatory", promise: "permissions", types: NOTEBOOK,
  why: "Root on a notebook undoes what its role and its network keep.",
  set: "Set rootAccess to Disabled",
  covers: ["CKV_AWS_307", "FSBP SageMaker.3"],
  check: property("rootAccess", is("Disabled")),
};

export const notebookNarrow: Rule = {
  name: "sm-nb-iam", level: "mandatory", promise: "permissions", types: NOTEBOOK,
  why: "Whoever opens the notebook is its role.",
  set: "Give the notebook a role that names actions and resources",
  covers: ["CKV2_AWS_68"],
  check: (notebook, stack) => {
    const roles = stack.behind(notebook, "roleArn", "aws:iam/role:Role");
    return roles.length ? roles.flatMap((role) => documentsOf(role, stack)).map((document) => {
      const all = statements(document);
      return all ? !all.some((one) => one.allows && one.actions.some((action) => isAdmin(action) || isWholeService(action))) : { undecided: "a policy of the notebook's role" };
    }) : { undecided: "the notebook's role" };
  },
};

/** Documents of the policies that belong to a role. */
function documentsOf(role: Seen, stack: Stack): unknown[] {
  const own = stack.ofTypes(["aws:iam/rolePolicy:RolePolicy"]).filter(({ props, dependencies }) =>
    dependencies.role?.includes(role.urn) || [role.props.name, role.props.id].filter(known).includes(props.role));
  return [...own.map(({ props }) => props.policy as unknown), ...each(role.props.inlinePolicies).map(({ policy }) => policy as unknown)];
}
