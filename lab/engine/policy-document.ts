/** PolicyDocument: aws.iam.getPolicyDocument, which is a computation and needs no account. */
import type { Props } from "./providers/provider";

/** A list of one stands by itself, as the provider writes it. */
const list = (values: unknown): unknown => (Array.isArray(values) && values.length === 1 ? (values[0] as unknown) : values);

export function policyDocument(args: Props): Props {
  const merged = ["sourcePolicyDocuments", "overridePolicyDocuments"].filter((name) => (args[name] as unknown[] | undefined)?.length);
  if (merged.length) throw new Error(`aws:iam/getPolicyDocument with ${merged.join(" and ")} has no offline answer; write the statements out`);
  const statements = ((args.statements ?? []) as Props[]).map(statement);
  const document = { Version: (args.version as string | undefined) ?? "2012-10-17", ...(args.policyId ? { Id: args.policyId as string } : {}), Statement: statements };
  return { ...args, id: "policy-document", json: JSON.stringify(document, null, 2), minifiedJson: JSON.stringify(document) };
}

function statement(from: Props): Props {
  return defined({
    Sid: (from.sid as string | undefined) || undefined,
    Effect: (from.effect as string | undefined) ?? "Allow",
    Action: list(from.actions),
    NotAction: list(from.notActions),
    Resource: list(from.resources),
    NotResource: list(from.notResources),
    Principal: principals(from.principals as Props[] | undefined),
    NotPrincipal: principals(from.notPrincipals as Props[] | undefined),
    Condition: conditions(from.conditions as Props[] | undefined),
  });
}

function principals(from: Props[] | undefined): unknown {
  if (!from?.length) return undefined;
  const everyone = from.find((one) => one.type === "*");
  if (everyone) return "*";
  return Object.fromEntries(from.map((one) => [one.type, list(one.identifiers)]));
}

function conditions(from: Props[] | undefined): Props | undefined {
  if (!from?.length) return undefined;
  const all: Record<string, Props> = {};
  for (const { test, variable, values } of from) (all[String(test)] ??= {})[String(variable)] = list(values);
  return all;
}

const defined = (props: Props): Props => Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
