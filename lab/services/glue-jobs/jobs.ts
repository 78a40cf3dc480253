/** Jobs: what a definition and a run's arguments must be, decided on plain values. Shapes: AWS Glue Web API Reference, "CreateJob", "StartJobRun". */
import { ApiFault, type Json, notHere } from "../../gateway/service";

export interface Job {
  Name: string;
  Role: string;
  Command: { Name: string; ScriptLocation: string; PythonVersion?: string };
  DefaultArguments?: Record<string, string>;
  NonOverridableArguments?: Record<string, string>;
  ExecutionProperty?: { MaxConcurrentRuns?: number };
  /** Minutes. */
  Timeout?: number;
  MaxRetries?: number;
  /** Names of connections that a run needs. */
  Connections?: { Connections?: string[] };
  GlueVersion?: string;
  /** Seconds since 1970. */
  CreatedOn: number;
  LastModifiedOn: number;
  [other: string]: unknown;
}

/** Minutes: Glue Developer Guide, "Defining job properties for Spark jobs", of Glue 5.0 and later. */
const defaultTimeout = 480;
/** Only what the lab's Spark and Iceberg are. */
const glueVersion = "5.1";
/** Arguments that would change what a run does and that the lab can't follow: "Using job parameters in AWS Glue jobs". */
const unknownHere = ["--additional-python-modules", "--python-modules-installer-option", "--scriptLocation", "--class", "--job-bookmark-from", "--job-bookmark-to"];

/** A definition as it is kept; refuses what the lab would not run as AWS does. */
export function jobOf(name: string, input: Json, now: number): Job {
  if (typeof name !== "string" || !/^[\x20-\x7e]{1,255}$/.test(name)) throw invalid(`Name is ${JSON.stringify(name)}; set 1 to 255 characters.`);
  const { Command, Role, GlueVersion = glueVersion, MaxRetries = 0, DefaultArguments = {} } = input;
  if (typeof Role !== "string" || !Role) throw invalid("Role is missing; set the ARN of the job's role.");
  if (Command?.Name !== "glueetl") throw notHere("glue", `jobs of the kind ${JSON.stringify(Command?.Name)}`);
  if (!/^s3:\/\/[^/]+\/.+/.test(Command.ScriptLocation ?? "")) throw invalid(`ScriptLocation is ${JSON.stringify(Command.ScriptLocation)}; set s3://bucket/key.`);
  if (GlueVersion !== glueVersion) throw notHere("glue", `version ${GlueVersion}, only ${glueVersion}`);
  // CreateJob: 0 to 10.
  if (!Number.isInteger(MaxRetries) || MaxRetries < 0 || MaxRetries > 10) throw invalid(`MaxRetries is ${JSON.stringify(MaxRetries)}; set 0 to 10.`);
  checkArguments(DefaultArguments);
  const { Tags, ...rest } = input;
  if (Tags !== undefined && typeof Tags !== "object") throw invalid("Tags is no map.");
  return {
    Timeout: defaultTimeout, MaxRetries, GlueVersion, ...rest, Name: name,
    ExecutionProperty: { MaxConcurrentRuns: input.ExecutionProperty?.MaxConcurrentRuns ?? 1 },
    CreatedOn: now, LastModifiedOn: now,
  };
}

/** Arguments of one run: the job's, then the run's own, then those that can't be overridden. */
export function argumentsOf(job: Job, given: Record<string, string> = {}): Record<string, string> {
  checkArguments(given);
  return { ...job.DefaultArguments, ...given, ...job.NonOverridableArguments };
}

function checkArguments(given: Record<string, string>): void {
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== "string") throw invalid(`Argument ${key} is no string.`);
    if (unknownHere.includes(key)) throw notHere("glue", `the job argument ${key}`);
  }
  const formats = (given["--datalake-formats"] ?? "").split(",").filter((format) => format && format !== "iceberg");
  if (formats.length) throw notHere("glue", `the data lake format ${formats.join(", ")}`);
}

/** Settings in the job argument `--conf`: `a=b --conf c=d`, the form that AWS documents for more than one. */
export function sparkSettings(conf: string | undefined): Record<string, string> {
  const pairs = (conf ?? "").split(/(?:^|\s+)--conf\s+/).map((pair) => pair.trim()).filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw invalid(`--conf has "${pair}"; set name=value.`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}

export const invalid = (message: string): ApiFault => new ApiFault("InvalidInputException", message);
