/** Documents: how a policy in IAM's language becomes weaker: an allowance wider, a denial narrower. */
import { STRANGER, type Weak, type Weaken } from "./weaker";

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: string | string[];
  Principal?: string | Record<string, string | string[]>;
  Condition?: Record<string, Record<string, string | string[]>>;
  [field: string]: unknown;
}
interface Document { Statement: Statement[] }

/** A statement in weaker words. */
interface Wider { how: string; statement: Statement | undefined }

const many = <T>(value: T | T[] | undefined): T[] => [value ?? []].flat() as T[];
const swapped = <T>(list: T | T[], at: number, now: T): T[] => many(list).map((one, i) => (i === at ? now : one));

/** Every document that is weaker than this one by one thing. */
export const document: Weaken = (value) => {
  const { Statement, ...rest } = JSON.parse(String(value)) as Document;
  return Statement.flatMap((one, at): Weak[] => (one.Effect === "Allow" ? wider(one) : narrower(one)).map(({ how, statement }) => ({
    how: `statement ${at + 1} (${many(one.Action).slice(0, 2).join(", ")}${many(one.Action).length > 2 ? ", …" : ""}): ${how}`,
    value: JSON.stringify({ ...rest, Statement: statement ? swapped(Statement, at, statement) : Statement.filter((_, i) => i !== at) }),
  })));
};

// The policy of a resource speaks of that resource alone, whatever it names.
const wider = (one: Statement): Wider[] => [...widerActions(one), ...(one.Principal === undefined ? widerResources(one) : []), ...widerPrincipals(one), ...fewerConditions(one)];

function widerActions(one: Statement): Wider[] {
  const actions = many(one.Action);
  if (actions.includes("*")) return [];
  return [
    // `kms:*` in a key's policy is every action there is.
    ...(actions.join() === "kms:*" ? [] : [{ how: "every action", statement: { ...one, Action: "*" } }]),
    { how: "every action but one", statement: { ...one, Action: undefined as unknown as string, NotAction: "iam:CreateUser" } },
    ...actions.filter((action) => !action.endsWith(":*")).flatMap((action, at): Wider[] => {
      const [service = "", name = ""] = action.split(":");
      const verb = /^[A-Z][a-z]+/.exec(name)?.[0] ?? "";
      return [
        { how: `${action} widened to ${service}:*`, statement: { ...one, Action: swapped(one.Action, at, `${service}:*`) } },
        ...(name.startsWith(verb) && name !== `${verb}*` && verb ? [{ how: `${action} widened to ${service}:${verb}*`, statement: { ...one, Action: swapped(one.Action, at, `${service}:${verb}*`) } }] : []),
      ];
    }),
  ];
}

function widerResources(one: Statement): Wider[] {
  const resources = many(one.Resource);
  if (!resources.length || resources.includes("*")) return [];
  return [
    ...resources.flatMap((resource, at): Wider[] => [
      { how: `${tail(resource)} widened to *`, statement: { ...one, Resource: swapped(one.Resource!, at, "*") } },
      ...ofKind(resource).map((kind) => ({ how: `${tail(resource)} widened to ${tail(kind)}`, statement: { ...one, Resource: swapped(one.Resource!, at, kind) } })),
    ]),
    { how: "every resource but one", statement: { ...one, Resource: undefined as unknown as string, NotResource: "arn:aws:none:::none" } },
  ];
}

/** The last part of an ARN: what people know it by. */
const tail = (arn: string): string => arn.split(":").slice(5).join(":") || arn;

/** Wider ARNs: all of the kind, and all of the service. */
function ofKind(resource: string): string[] {
  const parts = resource.split(":");
  if (parts.length < 6) return [];
  const [head, rest] = [parts.slice(0, 5).join(":"), parts.slice(5).join(":")];
  const kind = /^[\w-]+(?=[:/])/.exec(rest)?.[0];
  const separator = kind ? rest[kind.length] : undefined;
  // In S3 what comes first is a bucket's name, not a kind.
  const wide = kind && parts[2] !== "s3" ? [`${head}:${kind}${separator}*`] : [];
  return [...wide, `${head}:*`].filter((one) => one !== resource && (one.match(/\*/g) ?? []).length >= 1);
}

function widerPrincipals(one: Statement): Wider[] {
  if (one.Principal === undefined || one.Principal === "*") return [];
  const kinds = Object.entries(one.Principal as Record<string, string | string[]>);
  const stranger = `arn:aws:iam::${STRANGER}:root`;
  return [
    { how: "everyone", statement: { ...one, Principal: "*" } },
    { how: "everyone who has an account", statement: { ...one, Principal: { AWS: "*" } } },
    { how: "everyone but one", statement: { ...one, Principal: undefined as unknown as string, NotPrincipal: { AWS: stranger } } },
    { how: "another account besides", statement: { ...one, Principal: { ...Object.fromEntries(kinds), AWS: [...many((one.Principal as Record<string, string>).AWS), stranger] } } },
    ...(kinds.some(([kind]) => kind === "Service") ? [{ how: "another service besides", statement: { ...one, Principal: { ...Object.fromEntries(kinds), Service: [...many((one.Principal as Record<string, string>).Service), "codebuild.amazonaws.com"] } } }] : []),
  ];
}

function fewerConditions({ Condition, ...one }: Statement): Wider[] {
  if (!Condition) return [];
  const keys = Object.entries(Condition).flatMap(([operator, own]) => Object.keys(own).map((key): [string, string] => [operator, key]));
  return [
    { how: "its condition removed", statement: one },
    ...keys.flatMap(([operator, key]): Wider[] => [
      { how: `its condition on ${key} met by anything`, statement: { ...one, Condition: met(Condition, operator, key) } },
      { how: `its condition on ${key} only where it is there`, statement: { ...one, Condition: renamed(Condition, operator, `${operator}IfExists`) } },
    ]),
  ];
}

type Conditions = NonNullable<Statement["Condition"]>;

/** The same conditions, one of which everything meets: a pattern `*`, or the other truth value. */
function met(all: Conditions, operator: string, key: string): Conditions {
  const value = all[operator]![key]!;
  if (/^bool/i.test(operator)) return { ...all, [operator]: { ...all[operator], [key]: turned(value) } };
  const like = operator.replace(/StringEquals$/, "StringLike").replace(/ArnEquals$/, "ArnLike");
  return renamed({ ...all, [operator]: { ...all[operator], [key]: "*" } }, operator, like);
}

const renamed = (all: Conditions, operator: string, now: string): Conditions => Object.fromEntries(Object.entries(all).map(([name, keys]) => [name === operator ? now : name, keys]));
const turned = (value: string | string[]): string => String(many(value)[0] === "false");

function narrower(one: Statement): Wider[] {
  const resources = many(one.Resource);
  return [
    { how: "removed", statement: undefined },
    { how: "made an allowance", statement: { ...one, Effect: "Allow" } },
    { how: "for one principal only", statement: { ...one, Principal: { AWS: `arn:aws:iam::${STRANGER}:root` } } },
    { how: "for one action only", statement: { ...one, Action: `${many(one.Action)[0]!.split(":")[0]}:GetNothing` } },
    ...(resources.length > 1 ? resources.map((resource, at) => ({ how: `without ${tail(resource)}`, statement: { ...one, Resource: resources.filter((_, i) => i !== at) } })) : []),
    ...Object.entries(one.Condition ?? {}).flatMap(([operator, own]) => Object.entries(own).map(([key, value]) => ({
      how: `its condition on ${key} turned round`, statement: { ...one, Condition: { ...one.Condition, [operator]: { ...own, [key]: turned(value) } } },
    }))),
    { how: "under a further condition", statement: { ...one, Condition: { ...one.Condition, StringEquals: { "aws:PrincipalAccount": STRANGER } } } },
  ];
}
