/**
 * Deploy: the real program, brought to life in a lab.
 *
 *   evaluate (no effect) ─▶ refuse what is wrong ─▶ run the program, making what it registers ─▶ delete what it no longer does
 */
import { createHash } from "node:crypto";
import { CliError } from "../cli/error";
import type { Lab } from "../lab";
import { locked } from "../lock";
import { comparable } from "./assets";
import { type Counts, Deployer } from "./deployer";
import { evaluate, type Evaluated, runGraph } from "./plan";
import { providers as ofLab } from "./providers";
import type { Runner } from "./program";
import { isRecorded } from "./providers/recorded";
import type { Props, Providers } from "./providers/provider";
import { remove } from "./removal";
import { readProject } from "./stack-file";
import { exportsOf, State } from "./state";
import { canonical, opened } from "./values";

export interface DeployArgs {
  /** Stack file that the settings come from; `local` when left out. */
  stack?: string;
  /** Settings on top of those in the stack file; left out: those of the lab's last deployment. */
  config?: Record<string, unknown>;
  /** Folder of Pulumi.yaml; the current one when left out. */
  root?: string;
  policies?: string | false;
  /** Providers by type; those of the lab when left out. */
  providers?: Providers;
  /** What runs the program; a child process when left out. */
  run?: Runner;
}

export interface Deployed extends Counts {
  deleted: number;
  /** How many of all are only written down: the lab does not act on them. */
  recorded: number;
  /** What the program exports, secrets blacked out. */
  outputs: Record<string, unknown>;
  /** Advice of the policy pack, a line each. */
  advice: string[];
}

/** Do `work` while no other process changes what this lab has deployed; refused while one does. */
const alone = <T>(lab: Lab, work: () => Promise<T>): Promise<T> => locked(lab.folder("state", "deployment.lock"), () => {
  throw new CliError("Another deployment of this lab is running; wait until it ends.");
}, work);

/** Labs whose deployed resources have been looked for since this process started. */
const looked = new WeakSet<Lab>();

/** Bring a stack to what its program says. Throws a CliError, with all faults of the program or the URN of what failed. */
export async function deploy(lab: Lab, args: DeployArgs = {}): Promise<Deployed> {
  const { stack = "local", root = process.cwd(), providers = ofLab } = args;
  const configOverrides = args.config ?? new State(lab).settings;
  const plan = await evaluate({ stack, root, account: lab.account, configOverrides, once: true, run: args.run, ...(args.policies === undefined ? {} : { policies: args.policies }) });
  refuse(lab, plan, providers);
  return alone(lab, async () => {
    const state = new State(lab);
    state.settings = configOverrides;
    if (!looked.has(lab)) await forgetGone(lab, state, providers);
    looked.add(lab);
    const recorded = plan.nodes.filter(({ type }) => isRecorded(type)).length;
    const advice = plan.violations.map(({ policy, urn, message }) => `${policy}: ${urn} ${message.replaceAll("\n", " ")}`);
    const fingerprint = fingerprintOf(plan);
    const counts = state.last?.fingerprint === fingerprint && isComplete(state, plan)
      ? { created: 0, updated: 0, replaced: 0, deleted: 0, same: made(plan).length }
      : await bring(lab, state, { plan, stack, root, providers, fingerprint, run: args.run });
    return { ...counts, recorded, outputs: exportsOf(lab) ?? {}, advice };
  });
}

/** Everything that makes this plan one not to begin with. */
function refuse(lab: Lab, { config, nodes, violations, region }: Evaluated, providers: Providers): void {
  const unlisted = [...new Set(made({ nodes }).map(({ type }) => type).filter((type) => !providers[type]))];
  const faults = [
    ...config.encrypted.map((key) => `${key} is encrypted, and the lab has no passphrase; set it in plain in the stack file of the lab`),
    ...(region === lab.region ? [] : [`aws:region is ${region}; set ${lab.region}, which is where the lab is`]),
    ...unlisted.map((type) => `The lab does not have ${type}; leave it out of this stack by a setting`),
    ...violations.filter(({ level }) => level === "mandatory").map(({ policy, urn, message }) => `${policy}: ${urn} ${message}`),
  ];
  if (faults.length) throw new CliError(faults.join("\n"));
}

const made = ({ nodes }: Pick<Evaluated, "nodes">) => nodes.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));

/** The same plan of the same program is the same deployment: there is nothing to run a second time for. */
const fingerprintOf = ({ nodes, config }: Evaluated): string =>
  createHash("sha256").update(canonical(opened(comparable([config.values, nodes.map((node) => ({ ...node, outputs: {}, transforms: [] }))])))).digest("hex");

function isComplete(state: State, plan: Evaluated): boolean {
  const held = new Set(state.all().map(({ urn, replaced }) => (replaced ? "" : urn)));
  return held.size === made(plan).length && made(plan).every(({ urn }) => held.has(urn));
}

/** Forget what the state says is there and is not, so that it is made again. */
async function forgetGone(lab: Lab, state: State, providers: Providers): Promise<void> {
  await Promise.all(state.all().map(async (held) => {
    const { urn, type, name, id, outputs } = held;
    const asked = providers[type]?.exists?.(id, opened(outputs) as Props, { lab, urn, type, name });
    const there = await asked?.catch((fault: unknown) => { throw new CliError(`${urn}: ${fault instanceof Error ? fault.message : String(fault)}`); });
    if (there === false) state.forget(held);
  }));
}

interface Bring {
  plan: Evaluated;
  stack: string;
  root: string;
  providers: Providers;
  fingerprint: string;
  run: Runner | undefined;
}

async function bring(lab: Lab, state: State, { plan, stack, root, providers, fingerprint, run }: Bring): Promise<Counts & { deleted: number }> {
  state.last = undefined;
  const project = readProject(root);
  const maker = new Deployer(lab, state, providers, project.cwd);
  const graph = await runGraph({ project, stack, config: plan.config, account: lab.account, maker, dryRun: false, run });
  const leftOver = state.all().filter(({ urn, replaced }) => replaced || !maker.registered.has(urn));
  const replacedEarlier = leftOver.filter(({ replaced }) => replaced).length;
  const deleted = (await remove(lab, state, providers, leftOver)) - replacedEarlier;
  state.last = { fingerprint, exports: graph.exports };
  return { ...maker.counts, deleted };
}

/** Remove everything from a lab; refuses, naming them, when some of it is protected. */
export async function destroy(lab: Lab, providers: Providers = ofLab): Promise<{ deleted: number }> {
  return alone(lab, async () => {
    const state = new State(lab);
    const all = state.all();
    const guarded = all.filter(({ protect }) => protect);
    if (guarded.length) throw new CliError(`Protected, and so not deleted: ${guarded.map(({ urn }) => urn).join(", ")}. Set protect to false and deploy first.`);
    state.last = undefined;
    return { deleted: await remove(lab, state, providers, all) };
  });
}
