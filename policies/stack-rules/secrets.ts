/** Secrets: none in the clear, wherever a property could hold one. */
import type { Answer, Rule } from "../rule";
import { UNKNOWN } from "../stack";

/** What secrets look like: forms that their issuers document (AWS, GitHub, Slack, PEM), and a login in a URL. */
const shapes: [string, RegExp][] = [
  ["an AWS access key", /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a private key", /-----BEGIN (RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----/],
  ["a GitHub token", /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})/],
  ["a Slack token", /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ["a login in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@'"]+:[^/\s@'"]+@/i],
];
/** Names under which programs pass secrets on. */
const telling = /(^|[_-])(password|passwd|pwd|secret|token|api_?key|private_?key|access_?key)$/i;

export const noPlainSecret: Rule = {
  name: "st-glue-10",
  why: "A secret in a property is in the state, in every plan and in the console, for all who may look.",
  set: "Keep the secret in Secrets Manager, and pass its ARN.",
  covers: [],
  level: "mandatory",
  promise: "encryption",
  types: ["*"],
  check: ({ type, props }) => {
    // Where secrets belong; connections and functions have rules of their own, st-glue-09 and la-secrets.
    if (/^aws:(secretsmanager|ssm)\/|^aws:glue\/connection:/.test(type)) return undefined;
    return found(type === "aws:lambda/function:Function" ? { ...props, environment: undefined } : props, "");
  },
};

function found(value: unknown, path: string): Answer[] {
  if (typeof value === "string") return inText(value, path);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    return [...passedOn(key, inner, path), ...found(inner, at)];
  });
}

const inText = (value: string, path: string): Answer[] => shapes.filter(([, shape]) => shape.test(value)).map(([what]) => `${path} holds ${what}; keep it in Secrets Manager and pass the ARN`);

/** Arguments of jobs and environments of models and builds: what is called a secret and is neither an ARN nor unknown is one. */
function passedOn(key: string, value: unknown, path: string): Answer[] {
  const passed = /(^|\.)(variables|defaultArguments|nonOverridableArguments|environment)$/.test(path) && telling.test(key);
  return passed && typeof value === "string" && value !== "" && value !== UNKNOWN && !value.startsWith("arn:") ? [`${path}.${key} holds a secret in the clear; pass the ARN of one in Secrets Manager`] : [];
}
