/**
 * Function code: functions/<name>/handler.ts as one file that Lambda runs, and the function with all it needs around it.
 * The same sources give the same bytes, so nothing is deployed that did not change.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";
import { mayLog, mayTrace, mayUseKey, mayUseNetwork, type Permission, type ServiceRole, serviceRole } from "./access";
import { functionDefaults, withDefaults } from "./defaults";

const root = join(__dirname, "..");
/** Lambda Developer Guide, "Lambda runtimes". */
const runtime = "nodejs24.x";

/** Where bundles are kept. */
const bundles = join(root, ".sensorlake", "functions");

/** Bundle functions/<name>/handler.ts into index.js; `files` (name in the archive → path) stand beside it. */
export function functionCode(name: string, files: Record<string, string> = {}, store: string = bundles): pulumi.asset.Archive {
  const folder = join(store, name);
  const index = join(folder, "index.js");
  if (!existsSync(index) || !unchanged(folder)) bundle(name, folder, index);
  const beside = Object.entries(files).map(([inside, path]) => [inside, new pulumi.asset.FileAsset(path)]);
  return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(index), ...Object.fromEntries(beside) });
}

function bundle(name: string, folder: string, index: string): void {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/handler.ts`],
    bundle: true, platform: "node", target: "node24", format: "cjs", write: false, metafile: true, legalComments: "none", logLevel: "silent",
    // Optional native parts of database drivers; each driver works without them.
    external: ["pg-native", "cpu-features"],
  });
  mkdirSync(folder, { recursive: true });
  replace(index, outputFiles[0]?.contents ?? new Uint8Array());
  replace(join(folder, SOURCES), JSON.stringify(stamps(Object.keys(metafile.inputs))));
}

/** What a bundle was made of: path → time and size. A preview bundles anew only what changed since. */
const SOURCES = "sources.json";

function unchanged(folder: string): boolean {
  const known = join(folder, SOURCES);
  if (!existsSync(known)) return false;
  const before = readFileSync(known, "utf8");
  return JSON.stringify(stamps(Object.keys(JSON.parse(before) as object))) === before;
}

function stamps(paths: string[]): Record<string, string> {
  const stamp = (path: string): string => {
    const seen = statSync(join(root, path), { throwIfNoEntry: false });
    return seen ? `${seen.mtimeMs} ${seen.size}` : "gone";
  };
  return Object.fromEntries(paths.map((path) => [path, stamp(path)]));
}

/** Replace a file in one step: other previews may be reading it. */
function replace(path: string, content: Uint8Array | string): void {
  writeFileSync(`${path}.${process.pid}`, content);
  renameSync(`${path}.${process.pid}`, path);
}

export interface LambdaFunctionArgs {
  /** What it does, in one sentence. */
  description: string;
  /** Made by `functionCode`; its index.js exports `handler`. */
  code: pulumi.asset.Archive;
  /** What it may do beside logging and tracing. */
  permissions: Permission[];
  environment?: Record<string, pulumi.Input<string>>;
  /** Seconds until it is stopped, 1 to 900. */
  timeoutSeconds?: number;
  /** 128 to 10240. */
  memoryMegabytes?: number;
  /** Most executions at once; left out: as many as the account has. */
  reservedConcurrency?: number;
  logRetentionDays?: number;
  /** Encrypts its environment and its log; left out: keys of AWS's own do. */
  key?: aws.kms.Key | undefined;
  /** Where it reaches what only a VPC reaches. */
  network?: { subnetIds: pulumi.Input<pulumi.Input<string>[]>; securityGroupIds: pulumi.Input<pulumi.Input<string>[]> };
}

export interface LambdaFunction {
  fn: aws.lambda.Function;
  role: ServiceRole;
  logs: aws.cloudwatch.LogGroup;
}

/** A function with a log group, a role that allows exactly what is said, and tracing. Every part is named `name`. */
export function lambdaFunction(name: string, args: LambdaFunctionArgs, opts: pulumi.CustomResourceOptions): LambdaFunction {
  const size = withDefaults(functionDefaults, args);
  const logs = new aws.cloudwatch.LogGroup(name, { retentionInDays: size.logRetentionDays, ...(args.key && { kmsKeyId: args.key.arn }) }, opts);
  // Lambda Developer Guide, "Securing environment variables": the function's own role decrypts them.
  const around = [mayLog(logs), mayTrace(), ...mayUseKey(args.key, ["kms:Decrypt"]), ...(args.network ? [mayUseNetwork()] : [])];
  const role = serviceRole(name, "lambda.amazonaws.com", [...args.permissions, ...around], opts);
  const fn = new aws.lambda.Function(name, {
    description: args.description,
    runtime, handler: "index.handler", architectures: ["arm64"],
    code: args.code,
    role: role.arn,
    timeout: size.timeoutSeconds,
    memorySize: size.memoryMegabytes,
    tracingConfig: { mode: "Active" },
    loggingConfig: { logFormat: "JSON", logGroup: logs.name },
    ...(args.environment && { environment: { variables: args.environment }, ...(args.key && { kmsKeyArn: args.key.arn }) }),
    ...(args.reservedConcurrency !== undefined && { reservedConcurrentExecutions: args.reservedConcurrency }),
    ...(args.network && { vpcConfig: args.network }),
  }, opts);
  return { fn, role, logs };
}
