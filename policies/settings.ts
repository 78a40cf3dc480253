/** Settings: what a stack wants of the rules. They stand in `policies/config.<stack>.json`, never in a rule. */
import Ajv from "ajv";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import schema from "./settings.schema.json";

export interface Settings {
  /** Where an editor finds the schema. */
  $schema?: string;
  /** Rules of level `prod` are mandatory. */
  prod: boolean;
  /** What a mandatory rule could not decide counts as broken; left open where it is left out, so that whoever asks says. */
  undecidedFails?: boolean;
  /** Value that the tag Environment has, and the token that names of this stack carry; nothing is compared when left out. */
  environment?: string;
  /** Tags that everything carries which takes tags; Project, Environment and Owner when left out. */
  tags?: readonly string[];
  /** Accounts that count as one's own; more than the account of the stack when several share data. */
  accounts: readonly string[];
  /** Oldest version of Glue that a job may name. */
  minimumGlueVersion: number;
  /** What stands outside the stack and can't be seen from it. */
  outside: Outside;
  exceptions: readonly Exception[];
  /** Day by which exceptions and runtimes are judged, as YYYY-MM-DD; the day of the check when left out. */
  today?: string;
}

/** What of others this stack works with on purpose. */
export interface Outside {
  networks: readonly OutsideNetwork[];
  /** Buckets that it reads or writes, by name. */
  buckets: readonly string[];
  /** Accounts that it takes something of, such as the one in which AWS keeps the images of its algorithms. */
  accounts: readonly string[];
}

/** A network of somebody else that this stack is joined to. */
export interface OutsideNetwork {
  vpcId: string;
  cidr: string;
  /** Its route tables send the way back over the peering; who set it says so here. */
  routesBack?: boolean;
  /** Its security group lets the Glue group in on the port of the database. */
  letsGlueIn?: boolean;
  /** DNS support and host names are on in it. */
  resolvesNames?: boolean;
}

/** A rule that need not hold at a resource, for a reason and until a day. */
export interface Exception {
  rule: string;
  /** Logical names of the resources, one or a list; a `*` stands for any run of characters. */
  resource: string | readonly string[];
  reason: string;
  /** Last day that it holds, as YYYY-MM-DD. */
  until: string;
}

/** What holds for a stack without settings: the strictest. */
export const strict: Settings = { prod: true, accounts: [], minimumGlueVersion: 5, outside: { networks: [], buckets: [], accounts: [] }, exceptions: [] };

/** Day by which a stack is judged. */
export const dayOf = ({ today = new Date().toISOString().slice(0, 10) }: Settings): string => today;

/** Settings that can't be read, or that say what they may not; nothing was checked. */
export class SettingsFault extends Error {}

const valid = new Ajv({ allErrors: true, strict: false }).compile(schema);

/** Settings of a stack from `config.<stack>.json` in a folder; the strictest where there is no such file. Throws a SettingsFault. */
export function settingsOf(stack: string, folder: string): Settings {
  const file = join(folder, `config.${stack}.json`);
  return existsSync(file) ? parseSettings(readFileSync(file, "utf8"), file) : strict;
}

export function parseSettings(text: string, file: string): Settings {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (fault) {
    throw new SettingsFault(`${file} is not JSON: ${(fault as Error).message}`);
  }
  if (!valid(found)) throw new SettingsFault(valid.errors!.map((fault) => `${file}: ${said(fault)}`).join("\n"));
  const settings: Settings = { ...strict, ...(found as Partial<Settings>), outside: { ...strict.outside, ...(found as Partial<Settings>).outside } };
  const never = settings.exceptions.find(({ until }) => Number.isNaN(Date.parse(until)));
  if (never) throw new SettingsFault(`${file}: ${never.until} is no day; set until of the exception from ${never.rule}`);
  return settings;
}

/** A fault of the schema in words: where, what, and which name is not known. */
function said({ instancePath, message, params }: { instancePath: string; message?: string; params: Record<string, unknown> }): string {
  const place = instancePath || "at the top";
  if (params.additionalProperty !== undefined) return `${place} has no setting "${String(params.additionalProperty)}"`;
  return `${place} ${message ?? "is wrong"}`;
}
