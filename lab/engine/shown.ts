/** Shown: the inputs of a resource as a plan may show them: secrets blacked out, but not what is none. */
import type { Props } from "./providers/provider";
import { isRecord, MASK, masked, opened } from "./values";

export const shownInputs = (type: string, props: Props): Props => masked(type === "aws:glue/connection:Connection" ? withoutLogin(props) : props) as Props;

/** What a connection's properties say beside the login. */
const told = ["JDBC_CONNECTION_URL", "SECRET_ID", "JDBC_ENFORCE_SSL", "CONNECTION_URL", "HOST", "PORT"];

/** The provider takes all properties of a connection for one secret; where it leads and which secret it uses are none, and rules need them. */
function withoutLogin(props: Props): Props {
  const properties = opened(props.connectionProperties) as Props | undefined;
  if (!isRecord(properties)) return props;
  const shown = Object.entries(properties).map(([key, value]): [string, unknown] => [key, told.includes(key) ? withoutPassword(value) : MASK]);
  return { ...props, connectionProperties: Object.fromEntries(shown) };
}

/** A URL may carry a login before its host or among its parameters. */
const withoutPassword = (value: unknown): unknown =>
  (typeof value === "string" ? value.replace(/\/\/[^/@]+@/, `//${MASK}@`).replace(/(user|password)=[^;&]+/gi, `$1=${MASK}`) : value);
