/**
 * BI views: what people ask of a channel, as SQL made from its schema. Pure.
 *
 * Every column is cast to the type that the view declares: Athena calls a view stale whose text gives another type.
 */
import type { Channel, Field, FieldType } from "./channel";

export interface View {
  name: string;
  description: string;
  /** A SELECT in Athena's dialect. */
  sql: string;
  columns: ViewColumn[];
}

export interface ViewColumn {
  name: string;
  type: FieldType;
}

/** A column of a view and the expression that it stands for. */
interface Selected extends ViewColumn {
  expression: string;
}

/** Glue's type → Athena's. Readings are taken by the second; milliseconds are the finest that every reader knows. */
export const athenaTypes: Record<FieldType, string> = { timestamp: "timestamp(3)", string: "varchar", double: "double", int: "integer", bigint: "bigint" };

/** Views of a database: latest readings and hours of each channel, and the anomalies of the one that has a model. */
export function viewsOf(channels: Channel[], anomalyChannel: string, database: string): View[] {
  return channels.flatMap((channel) => [
    latest(channel, database), ...hourly(channel, database), ...(channel.channel === anomalyChannel ? [anomalies(channel, database)] : []),
  ]);
}

function latest({ channel, table, fields }: Channel, database: string): View {
  const { time, keys, measures } = byRole(fields);
  const columns = [
    ...keys.map(plain), { ...time, expression: `max(${name(time.name)})` },
    ...measures.map((field) => ({ ...field, expression: `max_by(${name(field.name)}, ${name(time.name)})` })),
  ];
  return view(`${channel}_latest`, `The latest reading of ${channel} of each ${keys.map((key) => key.name).join(" and ")}`, columns, `${from(database, table)}${grouped(keys.map((key) => name(key.name)))}`);
}

/** Nothing for a channel that measures no number. */
function hourly({ channel, table, fields }: Channel, database: string): View[] {
  const { time, keys, measures } = byRole(fields);
  const numbers = measures.filter(({ type }) => type !== "string" && type !== "timestamp");
  if (!numbers.length) return [];
  const hour = `date_trunc('hour', ${name(time.name)})`;
  const columns: Selected[] = [
    { name: "hour", type: "timestamp", expression: hour }, ...keys.map(plain), { name: "readings", type: "bigint", expression: "count(*)" },
    ...numbers.flatMap((field): Selected[] => [
      { name: `${field.name}_min`, type: field.type, expression: `min(${name(field.name)})` },
      { name: `${field.name}_avg`, type: "double", expression: `avg(${name(field.name)})` },
      { name: `${field.name}_max`, type: field.type, expression: `max(${name(field.name)})` },
    ]),
  ];
  return [view(`${channel}_hourly`, `Smallest, mean and largest reading of ${channel} of each hour`, columns, `${from(database, table)}${grouped([hour, ...keys.map((key) => name(key.name))])}`)];
}

/** The table `anomalies` has the score of every reading; this view has those beyond the threshold. */
function anomalies({ channel, fields }: Channel, database: string): View {
  const measured = byRole(fields).measures.find(({ type }) => type === "double")?.name ?? "value";
  const columns: Selected[] = [
    plain({ name: "timestamp", type: "timestamp" }), plain({ name: "room_id", type: "string" }), { name: measured, type: "double", expression: name("value") },
    plain({ name: "score", type: "double" }), plain({ name: "threshold", type: "double" }), plain({ name: "run_id", type: "string" }),
  ];
  return view(`${channel}_anomalies`, `Readings of ${channel} that the model calls anomalous`, columns, `${from(database, "anomalies")} WHERE ${name("anomaly")}`);
}

function view(named: string, description: string, columns: Selected[], rest: string): View {
  const list = columns.map((column) => `CAST(${column.expression} AS ${athenaTypes[column.type]}) AS ${name(column.name)}`);
  return { name: named, description, sql: `SELECT ${list.join(", ")} ${rest}`, columns: columns.map((column) => ({ name: column.name, type: column.type })) };
}

const plain = ({ name: own, type }: ViewColumn): Selected => ({ name: own, type, expression: name(own) });
const name = (own: string): string => `"${own.replaceAll('"', '""')}"`;
const from = (database: string, table: string): string => `FROM ${name(database)}.${name(table)}`;
const grouped = (by: string[]): string => ` GROUP BY ${by.join(", ")}`;

/** A channel has one time, and at least one key and one measure: channelFaults sees to it. */
const byRole = (fields: Field[]) => ({
  time: fields.find(({ role }) => role === "time") as Field,
  keys: fields.filter(({ role }) => role === "key"),
  measures: fields.filter(({ role }) => role === "measure"),
});

/** What Athena keeps in the catalogue as a view's text: its SELECT, and the types that it gives, in base64. */
export function viewText({ sql, columns }: View, database: string): string {
  const stored = { originalSql: sql, catalog: "awsdatacatalog", schema: database, columns: columns.map(({ name: own, type }) => ({ name: own, type: athenaTypes[type] })) };
  return `/* Presto View: ${Buffer.from(JSON.stringify(stored)).toString("base64")} */`;
}

export interface Question {
  name: string;
  description: string;
  sql: string;
}

/** What people ask first, kept beside the workgroup as named queries. */
export function questionsOf(channels: Channel[], anomalyChannel: string, database: string, rawDatabase: string): Question[] {
  return channels.flatMap(({ channel, table, fields }): Question[] => {
    const { time } = byRole(fields);
    return [
      { name: `${channel} now`, description: `The latest reading of ${channel}, oldest first`, sql: `SELECT * ${from(database, `${channel}_latest`)} ORDER BY ${name(time.name)}` },
      {
        name: `${channel} by door`, description: `Readings of ${channel} that arrived, by door and day`,
        sql: `SELECT source, day, count(*) AS readings ${from(rawDatabase, table)} GROUP BY source, day ORDER BY day, source`,
      },
      ...(channel === anomalyChannel
        ? [{ name: `${channel} anomalies`, description: `The hundred most anomalous readings of ${channel}`, sql: `SELECT * ${from(database, `${channel}_anomalies`)} ORDER BY score DESC LIMIT 100` }]
        : []),
    ];
  });
}
