/** Function: what Lambda keeps of one, what is wrong with what was asked, and how it is described. Pure. */
import { ApiFault, notHere, type Json } from "../../gateway/service";

export interface LambdaFunction {
  name: string;
  arn: string;
  /** What the caller set: Runtime, Handler, Role, Environment, Timeout, … as in the API. */
  settings: Json;
  /** Base64 SHA-256 of the zip; also finds the unpacked code. */
  codeSha256: string;
  codeBytes: number;
  /** ISO time. */
  modified: string;
  /** New with every change, so that no child runs what was before. */
  revision: string;
  /** Undefined: as many as the lab allows. */
  reservedConcurrency?: number;
  policy: Json[];
  tags: Record<string, string>;
}

/** Settings that are kept; the defaults are those of the Lambda API Reference, CreateFunction. */
const settingNames = [
  "Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "VpcConfig", "Environment", "DeadLetterConfig",
  "KMSKeyArn", "TracingConfig", "EphemeralStorage", "LoggingConfig", "Architectures",
] as const;
const defaults = { Description: "", Timeout: 3, MemorySize: 128, EphemeralStorage: { Size: 512 }, Architectures: ["x86_64"] };

/** The settings after a create or an update that names some of them. */
export function settled(input: Json, was: Json = defaults): Json {
  const named = Object.fromEntries(settingNames.filter((name) => input[name] !== undefined && input[name] !== null).map((name) => [name, input[name]]));
  const settings = { ...was, ...named };
  refuse(input, settings);
  return settings;
}

function refuse(input: Json, settings: Json): void {
  if (input.PackageType === "Image" || input.Code?.ImageUri) throw notHere("lambda", "functions from container images");
  if (input.Layers?.length) throw notHere("lambda", "layers");
  if (!/^nodejs\d+\.x$/.test(settings.Runtime ?? "")) throw notHere("lambda", `runtime ${settings.Runtime}; it runs Node functions`);
  const faults = [
    /^[\w./-]+\.[\w$]+$/.test(settings.Handler ?? "") ? [] : [`Handler is "${settings.Handler}"; set file.export`],
    between("Timeout", settings.Timeout, 1, 900), between("MemorySize", settings.MemorySize, 128, 10_240),
    JSON.stringify(settings.Environment?.Variables ?? {}).length <= 4096 + 512 ? [] : ["Environment has more than 4 KB"],
    Object.keys(settings.Environment?.Variables ?? {}).filter((name) => !/^[a-zA-Z]\w+$/.test(name) || reserved.test(name))
      .map((name) => `Environment variable ${name} is reserved or not a name`),
  ].flat();
  if (faults.length) throw new ApiFault("InvalidParameterValueException", faults.join("; "));
}

/** Names that Lambda sets itself (Developer Guide, "Defined runtime environment variables"). */
const reserved = /^(AWS_(LAMBDA_.*|REGION|DEFAULT_REGION|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV)|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

const between = (what: string, value: number, low: number, high: number): string[] =>
  Number.isInteger(value) && value >= low && value <= high ? [] : [`${what} is ${value}; set a whole number from ${low} to ${high}`];

/** FunctionConfiguration of the API. */
export const configuration = (it: LambdaFunction): Json => ({
  FunctionName: it.name, FunctionArn: it.arn, ...it.settings, CodeSha256: it.codeSha256, CodeSize: it.codeBytes,
  LastModified: it.modified, RevisionId: it.revision, Version: "$LATEST", PackageType: "Zip",
  State: "Active", LastUpdateStatus: "Successful",
  TracingConfig: it.settings.TracingConfig ?? { Mode: "PassThrough" },
  LoggingConfig: { LogFormat: "Text", LogGroup: logGroup(it), ...it.settings.LoggingConfig },
});

export const logGroup = (it: LambdaFunction): string => it.settings.LoggingConfig?.LogGroup ?? `/aws/lambda/${it.name}`;

/** The bare name of a name, a partial ARN or an ARN; only $LATEST is there to qualify it. */
export function nameOf(given: string, qualifier?: string | null): string {
  const [, name, own] = /^(?:arn:aws[\w-]*:lambda:[\w-]+:|)(?:\d{12}:function:|function:|)([\w-]{1,64})(?::([$\w-]+))?$/.exec(given) ?? [];
  if (!name) throw new ApiFault("ValidationException", `"${given}" is not a function's name or ARN.`);
  for (const one of [own, qualifier]) if (one && one !== "$LATEST") throw notHere("lambda", `version or alias ${one}; it has $LATEST`);
  return name;
}
