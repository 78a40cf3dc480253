/** StackFile: Pulumi.yaml and Pulumi.<stack>.yaml, read as the CLI reads them. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { CliError } from "../cli/error";
import { isRecord, MASK } from "./values";

export interface Project {
  name: string;
  /** Folder of Pulumi.yaml. */
  root: string;
  /** Folder that the program runs in, and the program as seen from there: those of `main`, or the root and ".". */
  cwd: string;
  program: string;
}

export interface StackConfig {
  /** Values by full key (`sensorlake:retentionDays`); objects as JSON text, as Pulumi hands them to a program. */
  values: Record<string, string>;
  secretKeys: string[];
  /** Keys whose value is encrypted, and so is not known here. */
  encrypted: string[];
}

export function readProject(root: string): Project {
  const file = join(root, "Pulumi.yaml");
  if (!existsSync(file)) throw new CliError(`There is no Pulumi.yaml in ${root}; run this in the project's folder.`);
  const { name, main } = yaml(file);
  if (typeof name !== "string") throw new CliError("Pulumi.yaml has no name; set `name:`.");
  if (typeof main !== "string") return { name, root, cwd: root, program: "." };
  const path = join(root, main);
  if (!existsSync(path)) throw new CliError(`Pulumi.yaml says main: ${main}, which does not exist.`);
  return statSync(path).isDirectory() ? { name, root, cwd: path, program: "." } : { name, root, cwd: dirname(path), program: path };
}

/** Config of a stack: defaults of Pulumi.yaml, then the stack file, then `overrides`, whose objects are merged into those of the file. */
export function readConfig(project: Project, stack: string, overrides: Record<string, unknown> = {}): StackConfig {
  const file = join(project.root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) throw new CliError(`There is no stack "${stack}"; Pulumi.${stack}.yaml does not exist.`);
  const defaults = Object.entries(section(join(project.root, "Pulumi.yaml"))).map(([key, value]): [string, unknown] => [key, defaultOf(value)]);
  const config: StackConfig = { values: {}, secretKeys: [], encrypted: [] };
  const full = (key: string): string => (key.includes(":") ? key : `${project.name}:${key}`);
  for (const [key, value] of [...defaults, ...Object.entries(section(file))]) if (value !== undefined) put(config, full(key), value);
  for (const [key, value] of Object.entries(overrides)) put(config, full(key), isRecord(value) ? merged(parsed(config.values[full(key)]), value) : value);
  return config;
}

const parsed = (text: string | undefined): unknown => (text?.startsWith("{") ? (JSON.parse(text) as unknown) : undefined);

const merged = (below: unknown, over: unknown): unknown =>
  isRecord(below) && isRecord(over) ? { ...below, ...Object.fromEntries(Object.entries(over).map(([key, value]) => [key, merged(below[key], value)])) } : over;

function put(config: StackConfig, key: string, value: unknown): void {
  const encrypted = hasSecure(value);
  config.values[key] = isRecord(value) && "secure" in value ? MASK : text(unsecured(value));
  config.secretKeys = [...config.secretKeys.filter((one) => one !== key), ...(encrypted ? [key] : [])];
  config.encrypted = [...config.encrypted.filter((one) => one !== key), ...(encrypted ? [key] : [])];
}

const text = (value: unknown): string => (typeof value === "object" && value !== null ? JSON.stringify(value) : String(value));

/** `{ secure: … }` anywhere inside makes the whole key a secret, as it does for the CLI. */
const hasSecure = (value: unknown): boolean =>
  isRecord(value) ? "secure" in value || Object.values(value).some(hasSecure) : Array.isArray(value) && value.some(hasSecure);

function unsecured(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unsecured);
  if (!isRecord(value)) return value;
  return "secure" in value ? MASK : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unsecured(one)]));
}

/** A project's config is a plain value, `{ value }`, or a declaration with or without `default`. */
function defaultOf(declared: unknown): unknown {
  if (!isRecord(declared)) return declared;
  return "value" in declared ? declared.value : declared.default;
}

function section(file: string): Record<string, unknown> {
  const { config } = yaml(file);
  return isRecord(config) ? config : {};
}

function yaml(file: string): Record<string, unknown> {
  try {
    const content: unknown = parse(readFileSync(file, "utf8"));
    return isRecord(content) ? content : {};
  } catch (fault) {
    throw new CliError(`${file} is not YAML: ${String(fault instanceof Error ? fault.message : fault).split("\n")[0]}`);
  }
}
