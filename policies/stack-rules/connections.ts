/** Connections: how Glue logs in to a database, and as whom. */
import { allowances, allowed } from "../iam/allowance";
import { permissionsOf, roleOf } from "../iam/role";
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";

const CONNECTION = "aws:glue/connection:Connection";
const SECRET = "aws:secretsmanager/secret:Secret";

export const loginBySecret: Rule = {
  name: "st-glue-09",
  why: "A password in a connection stands in the catalogue, in the state and in every plan; a connection without TLS shows it on the way.",
  set: "Set SECRET_ID in place of USERNAME and PASSWORD, keep logins out of the URL, and enforce TLS by JDBC_ENFORCE_SSL or the URL.",
  covers: [],
  level: "mandatory",
  promise: "encryption",
  types: [CONNECTION],
  check: ({ props }) => {
    const properties = props.connectionProperties as Props | string | undefined;
    if (!properties) return undefined;
    if (typeof properties === "string") return { undecided: "connectionProperties" };
    const { PASSWORD, SECRET_ID, JDBC_CONNECTION_URL: url, JDBC_ENFORCE_SSL } = properties;
    return [
      PASSWORD === undefined ? undefined : "it holds a PASSWORD; put it into a secret and set SECRET_ID",
      url !== undefined && hasLogin(String(url)) ? "its URL holds a login; put that into a secret and set SECRET_ID" : undefined,
      url !== undefined && SECRET_ID === undefined ? "it names no secret; set SECRET_ID" : undefined,
      url === undefined || String(JDBC_ENFORCE_SSL) === "true" || encrypted(String(url)) ? undefined : url === UNKNOWN ? { undecided: "its URL" } : "it does not enforce TLS; set JDBC_ENFORCE_SSL to \"true\"",
    ];
  },
};

/** Before the host, among the parameters, or as Oracle writes it: `thin:user/password@host`. */
const hasLogin = (url: string): boolean => /\/\/[^/@]+@|(^|[;?&])(user|password)=|thin:[^@/]+\/[^@]*@/i.test(url);

/** What drivers take for TLS in the URL (SQL Server, PostgreSQL, MySQL, Oracle), and what never leaves the machine. */
const encrypted = (url: string): boolean => /[;?&](encrypt=(true|strict)|sslmode=(require|verify-ca|verify-full)|ssl=true|sslMode=(REQUIRED|VERIFY_CA|VERIFY_IDENTITY))|tcps:|\/\/(localhost|127\.0\.0\.1)[:/]/i.test(url);

export const onlyItsSecret: Rule = {
  name: "st-glue-11",
  why: "A job that can't read its connection's secret can't log in; one that reads others' logs in anywhere.",
  set: "Allow the role secretsmanager:GetSecretValue on the connection's secret, kms:Decrypt on the key of that secret, and no other secret.",
  covers: [],
  level: "mandatory",
  promise: "permissions",
  types: ["aws:glue/job:Job", "aws:glue/crawler:Crawler"],
  check: (resource, stack) => {
    const connections = connectionsOf(resource, stack);
    if (!connections.length) return undefined;
    const property = resource.type.endsWith(":Job") ? "roleArn" : "role";
    const role = roleOf(resource, property, resource.props[property], stack);
    const allows = role && permissionsOf(role, stack);
    if (!allows || typeof allows === "string") return { undecided: allows ?? "its role" };
    const secrets = connections.map((connection) => (connection.props.connectionProperties as Props | undefined)?.SECRET_ID as unknown).filter((id) => id !== undefined).map(String);
    if (secrets.some((id) => id.includes(UNKNOWN))) return { undecided: "the secret of its connection" };
    const keys = secrets.flatMap((id) => stack.ofTypes([SECRET]).filter(({ props }) => [props.arn, props.id, props.name].includes(id)).map(({ props }) => props.kmsKeyId as unknown)).filter(known).map(String);
    const others = allowances(allows).filter(({ action, resource: on }) => /^secretsmanager:(\*|Get\w*|BatchGet\w*)$/i.test(action) && !secrets.some((id) => on === id || on === `${id}-??????`)).map(({ resource: on }) => on);
    return [
      ...secrets.filter((id) => !allowed(allows, "secretsmanager:GetSecretValue", id)).map((id): Answer => `its role may not read the secret ${id} of its connection; allow secretsmanager:GetSecretValue on it`),
      ...keys.filter((key) => !allowed(allows, "kms:Decrypt", key)).map((key) => `its role may not decrypt with ${key}, the key of its connection's secret; allow kms:Decrypt on it`),
      ...[...new Set(others)].map((on) => `its role may read the secret ${on}, which its connection does not name; take it away`),
      allowances(allows).some(({ action, resource: on }) => /^kms:(\*|Decrypt)$/i.test(action) && (on === "*" || on.endsWith(":key/*"))) ? "its role may decrypt with every key; name the keys" : undefined,
    ];
  },
};

/** Connections of a job, or those of a crawler's targets. */
function connectionsOf({ props, dependencies }: Seen, stack: Stack): Seen[] {
  const names = [...((props.connections ?? []) as unknown[]), ...((props.jdbcTargets ?? []) as Props[]).map(({ connectionName }) => connectionName as unknown)];
  const urns = [...(dependencies.connections ?? []), ...(dependencies.jdbcTargets ?? [])];
  return stack.ofTypes([CONNECTION]).filter((one) => urns.includes(one.urn) || names.includes(one.props.name));
}
