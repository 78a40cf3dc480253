/**
 * Policies: runs the CrossGuard pack of the project over an evaluated stack.
 *
 * The pack is bundled first: its host would type-check TypeScript at every start, which takes six times as long.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { CliError } from "../cli/error";
import { type Pack, startHost } from "./pack-host";
import { configEnv, ownEnv } from "./program";
import type { Project, StackConfig } from "./stack-file";

export type { Level, Violation } from "./pack-host";

/** Start the pack in `folder` (of the project); a project without one has nothing to violate. */
export async function startPolicies(project: Project, stack: string, config: StackConfig, folder = "policies"): Promise<Pack> {
  const source = resolve(project.root, folder, "index.ts");
  if (!existsSync(source)) return { judge: () => Promise.resolve([]), stop: () => undefined };
  const compiled = await compile(project, source);
  return startHost(compiled, packEnv(project, stack, config));
}

/** Environment of a pack: what the CLI tells it of the stack. */
export const packEnv = (project: Project, stack: string, config: StackConfig): Record<string, string> =>
  ({ ...ownEnv(project), ...configEnv(config), PULUMI_NODEJS_PROJECT: project.name, PULUMI_NODEJS_STACK: stack, PULUMI_NODEJS_DRY_RUN: "true" });

/** Ends the pack's host when whoever started it is gone, however that ended: its pipe closes. */
const TETHER = "process.stdin.on('end', () => process.exit()).resume();";

/** One file of JavaScript beside a package.json, which is where the pack's version is read from. */
async function compile(project: Project, source: string): Promise<string> {
  const folder = join(project.root, ".sensorlake", "policies");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "policies", version: "0.1.0", main: "index.js" }));
  await build({ entryPoints: [source], outfile: join(folder, "index.js"), bundle: true, platform: "node", format: "cjs", packages: "external", logLevel: "silent", banner: { js: TETHER } })
    .catch((fault: unknown) => { throw new CliError(`The policy pack does not compile: ${fault instanceof Error ? fault.message : String(fault)}`); });
  copySettings(dirname(source), folder);
  return folder;
}

/** Settings are read by the pack when it starts, from beside itself. */
function copySettings(from: string, to: string): void {
  const settings = (folder: string): string[] => readdirSync(folder).filter((name) => /^config\..+\.json$/.test(name));
  for (const name of settings(to)) rmSync(join(to, name), { force: true });
  for (const name of settings(from)) copyFileSync(join(from, name), join(to, name));
}
